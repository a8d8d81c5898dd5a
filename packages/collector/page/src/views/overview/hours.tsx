import type { DayReport } from '../../../../src/insight/day-report.ts';
import { plural } from '../../data/format.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { Columns } from '../../parts/bars.tsx';
import { Card } from '../../parts/card.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useNow } from '../../parts/time.tsx';
import { useSession } from '../../session.ts';
import { lastHours } from './last-hours.ts';

/** The figures follow so long after the events at the earliest, ms. */
const REFRESH_MS = 30_000;

/** Below so many columns there is room for one label, in hours. */
const LABEL_EVERY = 4;

/** A gap in it is seen before anybody reads a number. */
export function HoursCard() {
  const { site } = useSession();
  const answer = useAnswer<{ days: DayReport[] }>('/report', {
    query: { site, days: 2 },
    everyMs: REFRESH_MS,
  });
  const now = useNow(REFRESH_MS);
  return (
    <Card title="The last 24 hours" lead="Events by hour, with page loads, about a minute later.">
      <Loading answer={answer}>
        {({ days }) => (
          <Columns
            label="Events by hour"
            tone="browser"
            bars={lastHours(days, now).map(({ at, events }, index) => {
              const label = new Date(at).toLocaleTimeString('en', {
                hour: '2-digit',
                minute: '2-digit',
                hour12: false,
              });
              return {
                label,
                short: index % LABEL_EVERY === 0 ? label : '',
                value: events,
                text: plural(events, 'event'),
              };
            })}
          />
        )}
      </Loading>
    </Card>
  );
}
