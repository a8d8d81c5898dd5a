import type { Config, Site } from '../../config/config.ts';
import { liveDestination } from '../../destination-id.ts';
import { SENT_TEST_NAME } from '../../intake/test-event.ts';
import type { EventView, Store } from '../../store/port.ts';
import { accountOf, readChosenAccount } from '../account.ts';
import type { AdsAccount, AdsClient } from '../client.ts';
import { type AccountGoal, listOfflineGoals, listTagGoals } from './account-goals.ts';
import { readAutoTagging } from './auto-tagging.ts';
import { checkGoals, type Finding, mistake, warning } from './check-goals.ts';

/** The goals that one site feeds, as Microsoft has them, and what is wrong with the settings. */
export interface SiteGoals {
  site: string;
  tagId: string;
  account: AdsAccount | undefined;
  /** Of the account. */
  offline: AccountGoal[];
  /** Of the site's UET tag. */
  online: AccountGoal[];
  findings: Finding[];
}

export interface SurveyOptions {
  sites: Config['sites'];
  client: AdsClient;
  store: Pick<Store, 'readRecord'>;
  /** The names of those that Microsoft took are looked at. */
  events: readonly Pick<EventView, 'destination' | 'state' | 'name'>[];
  signal: AbortSignal;
}

interface Goals {
  offline: AccountGoal[];
  /** Of all tags of the sites that feed this account. */
  online: AccountGoal[];
  /** Undefined: not known. */
  isAutoTagged: boolean | undefined;
}

const NOT_AUTO_TAGGED = warning(
  'auto-tagging is off for the account, so that clicks on its ads bring no click id',
  'turn it on in Microsoft Advertising, unless something else adds msclkid to their addresses',
);

const NO_ACCOUNT = mistake(
  'nobody has said which account the goals belong to',
  'run `uet-capi auth login`, or set customerId and accountId',
);

/** Names that no event goal needs to wait for: page loads and their revenue have none. */
const OF_NO_GOAL = ['', SENT_TEST_NAME];

/** Asks Microsoft for the goals of each site: those of an account once, and those of its tags together. */
export async function surveyGoals({
  sites,
  client,
  store,
  events,
  signal,
}: SurveyOptions): Promise<SiteGoals[]> {
  const chosen = await readChosenAccount(store);
  const asked = new Map<string, Goals | { problem: string }>();

  async function goalsOf(account: AdsAccount): Promise<Goals | { problem: string }> {
    const tagIds = sites
      .filter((site) => accountOf(site, chosen)?.accountId === account.accountId)
      .map(({ tagId }) => tagId);
    const query = { client, account, signal };
    const offline = await listOfflineGoals(query);
    if ('problem' in offline) return offline;
    const online = await listTagGoals(query, tagIds);
    if ('problem' in online) return online;
    const isAutoTagged = await readAutoTagging(query);
    return { offline: offline.goals, online: online.goals, isAutoTagged };
  }

  async function survey(site: Site): Promise<SiteGoals> {
    const { id, tagId } = site;
    const account = accountOf(site, chosen);
    const empty = { site: id, tagId, account, offline: [], online: [] };
    if (!account) return { ...empty, findings: [NO_ACCOUNT] };
    const goals = asked.get(account.accountId) ?? (await goalsOf(account));
    asked.set(account.accountId, goals);
    if ('problem' in goals) {
      return {
        ...empty,
        findings: [mistake(`the goals could not be read (${goals.problem})`, 'run `uet-capi auth status`')],
      };
    }
    const { offline } = goals;
    const online = goals.online.filter((goal) => goal.tagId === tagId);
    const namesSent = events
      .filter(({ destination }) => destination === liveDestination(tagId))
      .filter(({ state, name }) => state === 'accepted' && !OF_NO_GOAL.includes(name))
      .map(({ name }) => name);
    const mappings = site.goals;
    const findings = checkGoals({ mappings, offline, online, namesSent: [...new Set(namesSent)] });
    if (goals.isAutoTagged === false) findings.push(NOT_AUTO_TAGGED);
    return { ...empty, offline, online, findings };
  }

  const surveys: SiteGoals[] = [];
  // One call at a time: Microsoft counts the calls of a user.
  for (const site of sites) surveys.push(await survey(site));
  return surveys;
}
