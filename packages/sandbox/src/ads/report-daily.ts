import type { Answer } from '../answer.ts';
import { asset } from '../answer.ts';
import type { State } from '../state.ts';
import { groupBy } from './group-by.ts';
import { DAY_MS } from './item-checks.ts';
import type { Trace } from './offline-book.ts';
import { type Outcome, operation } from './operation.ts';
import { isWithinDays } from './report-range.ts';

/** How long a file may be fetched, ms: invented. */
const FILE_LIFETIME_MS = DAY_MS;
export const REPORT_FILES = '/OfflineConversionReports/Files/';

/** `OfflineConversionReports/Query`: items accepted and refused, per day, with a file of each day. Rule R6. */
export const reportDaily = operation({
  method: 'POST',
  service: 'campaign',
  shape: { StartDateUtc: 'dateTime', EndDateUtc: 'dateTime' },
  run({ StartDateUtc: start, EndDateUtc: end }, { state, account, now, origin }): Outcome {
    if (!start || !end || end.at < start.at) {
      return { refusal: { kind: 'ApiFaultDetail', status: 400, name: 'ReportDateRangeInvalid' } };
    }
    const uploads = uploadsOf(account.id, state).filter(({ at }) => isWithinDays(at, start, end));
    const days = groupBy(uploads, ({ at }) => Math.floor(at / DAY_MS));
    const expires = now + FILE_LIFETIME_MS;
    return {
      body: {
        DailySummaries: [...days.entries()]
          .sort(([a], [b]) => a - b)
          .map(([day, items]) => ({
            UploadDate: new Date(day * DAY_MS).toISOString().replace('.000Z', ''),
            SuccessCount: items.filter(({ status }) => status === 'Success').length,
            FailureCount: items.filter(({ status }) => status !== 'Success').length,
            FileUrl: `${origin}${REPORT_FILES}${account.id}/${day}.csv?expires=${expires}`,
            FileUrlExpiryTimeUtc: new Date(expires).toISOString(),
          })),
      },
    };
  },
});

/** The file of one day: anybody with its address may fetch it until it expires. */
export function reportFile(pathname: string, query: string, state: State): Answer {
  const match = /^(\d+)\/(\d+)\.csv$/.exec(pathname.slice(REPORT_FILES.length));
  const expires = Number(new URLSearchParams(query).get('expires'));
  if (!match) return { ...asset('text/plain', 'No such file.'), status: 404 };
  if (state.clock.now() >= expires)
    return { ...asset('text/plain', 'This address has expired.'), status: 403 };
  const [, accountId, day] = match;
  const lines = uploadsOf(accountId!, state)
    .filter(({ at }) => Math.floor(at / DAY_MS) === Number(day))
    .map(({ at, goalId, status }) => `${new Date(at).toISOString()},${goalId ?? ''},${status}`);
  return asset('text/csv', `${['Upload Time,Goal Id,Status', ...lines].join('\r\n')}\r\n`);
}

/** Accepted conversions, their repeats, and what was refused. */
function uploadsOf(accountId: string, { offline }: State): Trace[] {
  const accepted = [...offline.conversions(), ...offline.adjustments()].map((item) => ({
    accountId: item.accountId,
    goalId: item.goalId,
    at: item.acceptedAt,
    status: 'Success',
  }));
  const repeats = offline.repeats().map((trace) => ({ ...trace, status: 'Success' }));
  return [...accepted, ...repeats, ...offline.refused()].filter((trace) => trace.accountId === accountId);
}
