import type { Command } from 'commander';
import { readAttribution, type StoredAttribution } from '../ads/attribution/attribution-records.ts';
import { describeAttribution } from '../ads/attribution/describe-attribution.ts';
import type { AccountGoal } from '../ads/goals/account-goals.ts';
import { describeAction } from '../ads/goals/check-goals.ts';
import { type SiteGoals, surveyGoals } from '../ads/goals/survey-goals.ts';
import { EXIT, fail } from './exit.ts';
import { withAds } from './with-ads.ts';
import { printJson, withStore } from './with-store.ts';

/** All of Microsoft's answers together may take so long, ms. */
const TIMEOUT_MS = 120_000;

/** As many of the newest events are looked at for the names that are sent. */
const NEWEST_EVENTS = 1_000;

const HELP = `
It needs a sign-in (uet-capi auth login). Nothing is changed.
Exit codes: 0 the settings fit, 1 they do not or the goals could not be read, 2 wrong use or wrong settings.`;

/** `uet-capi goals`: the goals as Microsoft has them, and whether the settings fit them. */
export function addGoalsCommand(program: Command): void {
  program
    .command('goals')
    .description(
      'list the conversion goals of Microsoft Advertising, and compare them with the setting "goals"',
    )
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', HELP)
    .action((options: { json?: true }) =>
      withStore(
        (store, config) =>
          withAds(store, config, async ({ client }) => {
            const signal = AbortSignal.timeout(TIMEOUT_MS);
            const events = await store.find({ limit: NEWEST_EVENTS });
            const surveys = await surveyGoals({ sites: config.sites, client, store, events, signal });
            const attribution = await readAttribution(store);
            if (options.json) printJson({ sites: surveys, attribution });
            else process.stdout.write(surveys.map((one) => describe(one, attribution)).join('\n'));
            const mistakes = surveys
              .flatMap(({ findings }) => findings)
              .filter(({ severity }) => severity === 'mistake').length;
            if (mistakes > 0) fail(mistakes === 1 ? '1 mistake' : `${mistakes} mistakes`, EXIT.failed);
          }),
        { create: true },
      ),
    );
}

function describe(
  { site, tagId, account, offline, online, findings }: SiteGoals,
  attribution: readonly StoredAttribution[],
): string {
  const lines = [
    `${site}: UET tag ${tagId}${account ? `, account ${account.accountId}, customer ${account.customerId}` : ''}`,
    '  offline goals:',
    ...goalLines(
      offline,
      ({ isEnhanced }) => (isEnhanced ? 'takes hashes' : 'click id needed'),
      ({ id }) => {
        const counted = describeAttribution(attribution.filter(({ goalId }) => goalId === id));
        return counted === undefined ? [] : [`      ${counted}`];
      },
    ),
    '  goals of the UET tag:',
    ...goalLines(online, (goal) =>
      goal.type === 'Event' ? `waits for ${describeAction(goal)}` : `type ${goal.type}`,
    ),
    ...findings.map(({ severity, message }) => `  ${severity}: ${message}`),
  ];
  return `${lines.join('\n')}\n`;
}

function goalLines(
  goals: readonly AccountGoal[],
  more: (goal: AccountGoal) => string,
  below: (goal: AccountGoal) => string[] = () => [],
): string[] {
  if (goals.length === 0) return ['    none'];
  return goals.flatMap((goal) => {
    const facts = [goal.status, more(goal), goal.currency, goal.isExcludedFromBidding && 'not for bidding'];
    return [`    ${goal.name} (${facts.filter(Boolean).join(', ')})`, ...below(goal)];
  });
}
