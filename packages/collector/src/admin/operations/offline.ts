import { z } from 'zod';
import { accountOf, readChosenAccount } from '../../ads/account.ts';
import { readAttribution } from '../../ads/attribution/attribution-records.ts';
import { surveyGoals } from '../../ads/goals/survey-goals.ts';
import type { Ads } from '../../ads/of-config.ts';
import type { Config } from '../../config/config.ts';
import { UPLOADS, type Upload, uploadDestination } from '../../destination-id.ts';
import type { Store } from '../../store/port.ts';
import type { Overview } from '../../store/reading.ts';
import { type Operation, operation, type Problem } from '../operation.ts';
import { visibleSites } from './visible-sites.ts';

const count = z.int().nonnegative();
const account = z.object({ customerId: z.string(), accountId: z.string() });

const upload = z.object({
  upload: z.enum(['conversions', 'adjustments', 'online-adjustments']),
  destination: z.string().describe('Its queue, as events and destinations name it.'),
  received: count,
  waiting: count,
  ended: z
    .object({ accepted: count, rejected: count, expired: count, dead: count, skipped: count })
    .partial(),
  oldestAt: z.int().optional().describe('When the oldest that waits arrived.'),
  paused: z.string().optional().describe('Why it is paused.'),
});

const attributionDay = z.object({
  goalId: z.string(),
  goal: z.string(),
  day: z.string().describe('Day of the upload, UTC.'),
  attributed: count,
  unattributed: count,
  reasons: z.record(z.string(), count).describe('Why not, and how many.'),
});

const accountGoal = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  status: z.string(),
  currency: z.string().optional(),
  isEnhanced: z.boolean().describe('Takes hashes, so that no click id is needed.'),
  isExternallyAttributed: z.boolean(),
  isExcludedFromBidding: z.boolean(),
  action: z.object({ operator: z.string(), expression: z.string() }).optional(),
});

/** All of Microsoft's answers together may take so long, ms. A person waits for them. */
const SURVEY_TIMEOUT_MS = 30_000;

/** As many of the newest accepted events are looked at for the names that are sent. */
const NEWEST_EVENTS = 500;

export interface OfflineOperationParts {
  config: Config;
  store: Store;
  ads: Ads | undefined;
}

/** Offline conversions: the sign-in, what was uploaded, and what Microsoft made of it. */
export function createOfflineOperations({ config, store, ads }: OfflineOperationParts): Operation[] {
  const query = z.object({ site: z.string().optional().describe('Default: every site.') });
  const tag = 'Offline conversions';

  return [
    operation({
      id: 'getOffline',
      method: 'GET',
      path: '/offline',
      summary:
        'The sign-in to Microsoft Advertising, and for each site its account, uploads and attribution.',
      tag,
      needs: 'read',
      query,
      answer: z.object({
        connection: z
          .object({
            state: z
              .enum(['not-set-up', 'nobody', 'unreadable', 'signed-in', 'ended'])
              .describe(
                '`not-set-up`: settings are missing. `nobody`: nobody has signed in. `unreadable`: under another ' +
                  'encryption key. `ended`: somebody must sign in again.',
              ),
            signedInAt: z.int().optional(),
            message: z.string().optional(),
          })
          .describe('`uet-capi auth login` signs in.'),
        sites: z.array(
          z.object({
            site: z.string(),
            mode: z.enum(['live', 'shadow', 'test']),
            account: account.optional().describe('Missing: nobody has named it.'),
            uploads: z.array(upload),
            attribution: z.array(attributionDay).describe('The oldest first. Fetched once a day.'),
          }),
        ),
      }),
      async handle({ query: { site: wanted }, principal }) {
        const visible = visibleSites(principal, wanted);
        const sites = config.sites.filter(({ id }) => visible === undefined || visible.includes(id));
        const [overview, attribution, chosen] = await Promise.all([
          store.overview({ sites: sites.map(({ id }) => id) }),
          readAttribution(store),
          readChosenAccount(store),
        ]);
        return {
          value: {
            connection: ads ? await ads.connection.status() : { state: 'not-set-up' as const },
            sites: sites.map((site) => {
              const own = accountOf(site, chosen);
              return {
                site: site.id,
                mode: site.mode,
                account: own,
                uploads: UPLOADS.map((one) => describeUpload(one, site.id, overview)),
                attribution: attribution.filter(({ accountId }) => accountId === own?.accountId),
              };
            }),
          },
        };
      },
    }),
    operation({
      id: 'getAccountGoals',
      method: 'GET',
      path: '/offline/goals',
      summary: 'Asks Microsoft for the goals of each site, and says what is wrong with the setting `goals`.',
      tag,
      needs: 'read',
      query,
      answer: z.object({
        sites: z.array(
          z.object({
            site: z.string(),
            tagId: z.string(),
            account: account.optional(),
            offline: z.array(accountGoal).describe('Of the account: they count what is uploaded.'),
            online: z.array(accountGoal).describe("Of the site's UET tag."),
            findings: z.array(
              z.object({
                severity: z
                  .enum(['mistake', 'warning'])
                  .describe('`mistake`: conversions are refused, lost or counted twice.'),
                message: z.string(),
              }),
            ),
          }),
        ),
      }),
      async handle({ query: { site: wanted }, principal }) {
        if (!ads) return NOT_SET_UP;
        const visible = visibleSites(principal, wanted);
        const sites = config.sites.filter(({ id }) => visible === undefined || visible.includes(id));
        const accepted = await store.search({
          sites: sites.map(({ id }) => id),
          states: ['accepted'],
          limit: NEWEST_EVENTS,
        });
        const signal = AbortSignal.timeout(SURVEY_TIMEOUT_MS);
        const { client } = ads;
        return {
          value: { sites: await surveyGoals({ sites, client, store, events: accepted.events, signal }) },
        };
      },
    }),
  ];
}

function describeUpload(
  one: Upload,
  siteId: string,
  { accounts, destinations }: Overview,
): z.input<typeof upload> {
  const destination = uploadDestination(one, siteId);
  const sums = accounts.find((account) => account.destination === destination);
  const queue = destinations.find((other) => other.destination === destination);
  return {
    upload: one,
    destination,
    received: sums?.received ?? 0,
    waiting: sums?.waiting ?? 0,
    ended: sums?.ended ?? {},
    oldestAt: queue?.oldestAt,
    paused: queue?.paused?.reason,
  };
}

const NOT_SET_UP: Problem = {
  status: 409,
  code: 'not_set_up',
  message:
    'the Microsoft Advertising API is not set up: set UET_CAPI_CLIENT_ID, UET_CAPI_DEVELOPER_TOKEN and ' +
    'UET_CAPI_ENCRYPTION_KEY, then run `uet-capi auth login`',
};
