import type { ConnectionStatus } from '../../ads/connection.ts';
import { type SiteGoals, surveyGoals } from '../../ads/goals/survey-goals.ts';
import { adsOf } from '../../ads/of-config.ts';
import type { Config, Site } from '../../config/config.ts';
import { UPLOADS, uploadDestination } from '../../destination-id.ts';
import { balance } from '../../store/balance.ts';
import type { Store } from '../../store/port.ts';
import { about, type Finding, ok, problem, skipped, warning } from '../finding.ts';

/** As many of the newest events are looked at for the names that are sent. */
const NEWEST_EVENTS = 1_000;

/** A goal refuses uploads for two hours after it was made (code 5615 and its names). */
const TOO_YOUNG = ['5615', 'OfflineConversionNotAcceptedForGoal', 'OfflineConversionGoalTooRecent'];

const SIGN_IN = 'Run uet-capi auth login.';

const WAITING = 'Offline conversions and their corrections wait; after 90 days Microsoft takes them no more.';

/** The sign-in to Microsoft Advertising, and the goals that are fed: whether they are there, count, and take uploads yet. */
export async function checkAccount(
  config: Pick<Config, 'sites' | 'ads' | 'delivery'>,
  store: Store,
  signal: AbortSignal,
): Promise<Finding[]> {
  const ads = adsOf(config, store);
  if (!ads) {
    const what = 'Offline conversions are not set up';
    const next = 'docs/offline-conversions.md tells how';
    if (!(await waitsForUpload(config.sites, store))) {
      return [skipped('goals', `${what}: goals were not looked at.`, `${next}, if you want them.`)];
    }
    return [
      problem('goals', { what: `${what}, and some wait to be uploaded.`, why: WAITING, next: `${next}.` }),
    ];
  }
  try {
    const status = await ads.connection.status();
    const isFed = config.sites.some(feedsGoals) || (await waitsForUpload(config.sites, store));
    const signIn = judgeSignIn(status, isFed);
    if (status.state !== 'signed-in') return [signIn];
    const events = await store.find({ limit: NEWEST_EVENTS });
    const live = config.sites.filter(({ mode }) => mode === 'live');
    const surveys = await surveyGoals({ sites: live, client: ads.client, store, events, signal });
    const young = await Promise.all(live.map((site) => checkAge(site, store)));
    return [signIn, ...surveys.flatMap(judgeGoals), ...young.flat()];
  } finally {
    await ads.client.close();
  }
}

function feedsGoals({ mode, goals }: Site): boolean {
  return mode === 'live' && goals.some(({ enabled, kind }) => enabled && kind === 'offline');
}

/** Conversions may also be uploaded by the name of a goal that no setting maps. */
async function waitsForUpload(sites: readonly Site[], store: Pick<Store, 'stats'>): Promise<boolean> {
  const queues = new Set(
    sites
      .filter(({ mode }) => mode === 'live')
      .flatMap(({ id }) => UPLOADS.map((upload) => uploadDestination(upload, id))),
  );
  const accounts = balance(await store.stats());
  return accounts.some(({ destination, oldestAt }) => queues.has(destination) && oldestAt !== undefined);
}

/** @param isFed whether anything waits for it */
function judgeSignIn(status: ConnectionStatus, isFed: boolean): Finding {
  const why = isFed
    ? WAITING
    : 'Conversions that are uploaded by name would wait, and goals cannot be looked at.';
  const fault = (what: string, next = SIGN_IN) => (isFed ? problem : warning)('sign-in', { what, why, next });
  switch (status.state) {
    case 'signed-in':
      return ok('sign-in', 'Somebody is signed in to Microsoft Advertising.');
    case 'nobody':
      return fault('Nobody is signed in to Microsoft Advertising.');
    case 'ended':
      return fault(`The sign-in to Microsoft Advertising has ended: ${status.message}.`);
    case 'unreadable':
      return fault(
        'The stored sign-in to Microsoft Advertising cannot be decrypted: the encryption key is another one than at sign-in.',
        `Set that key again (UET_CAPI_ENCRYPTION_KEY), or sign in anew. ${SIGN_IN}`,
      );
  }
}

/** What the goals themselves say; the same as `uet-capi goals`. */
function judgeGoals({ site, offline, online, findings }: SiteGoals): Finding[] {
  if (findings.length === 0) {
    const count = offline.length + online.length;
    return about(site, [ok('goals', `${count} goals of the account and the tag fit the settings.`)]);
  }
  return about(
    site,
    findings.map(({ severity, what, next }) =>
      severity === 'mistake'
        ? problem('goals', {
            what: sentence(what),
            why: 'Conversions are refused, lost, or counted twice.',
            next: sentence(next),
          })
        : warning('goals', {
            what: sentence(what),
            why: 'Conversions may not be counted as you expect.',
            next: sentence(next),
          }),
    ),
  );
}

/** What waits because its goal is new is no fault, but somebody will ask. */
async function checkAge({ id }: Site, store: Pick<Store, 'search'>): Promise<Finding[]> {
  const destination = uploadDestination('conversions', id);
  const { events } = await store.search({ destination, states: ['pending'], limit: NEWEST_EVENTS / 2 });
  const waiting = events.filter(({ code }) => code !== undefined && TOO_YOUNG.includes(code)).length;
  if (waiting === 0) return [];
  return about(id, [
    warning('goal-age', {
      what: `${waiting} conversions wait: their goal is younger than two hours.`,
      why: 'Microsoft refuses uploads for a new goal for that long.',
      next: 'Wait; they are sent again by themselves.',
    }),
  ]);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
