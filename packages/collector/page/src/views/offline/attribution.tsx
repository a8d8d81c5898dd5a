import { percent } from '../../../../src/percent.ts';
import { count, plural } from '../../data/format.ts';
import { Share } from '../../parts/bars.tsx';
import { Card, Empty, Table } from '../../parts/card.tsx';
import { Text } from '../../parts/text.tsx';
import type { AttributionDay, OfflineSite } from './offline.ts';

/** Of what Microsoft accepted, how much it could credit to a click, and why not the rest. */
export function AttributionCard({ sites }: { sites: readonly OfflineSite[] }) {
  const days = sites.flatMap(({ attribution }) => attribution);
  const goals = [...new Set(days.map(({ goalId }) => goalId))];
  return (
    <Card title="Attribution" lead="Microsoft's own report, fetched once a day.">
      {goals.length === 0 ? (
        <Empty title="No report yet">
          <p>Microsoft tells a day after an upload what it could credit to a click.</p>
        </Empty>
      ) : (
        <Table label="Attribution" columns={['Goal', 'Attributed', 'Why not the rest']}>
          {goals.map((goalId) => (
            <Row key={goalId} days={days.filter((day) => day.goalId === goalId)} />
          ))}
        </Table>
      )}
    </Card>
  );
}

function Row({ days }: { days: readonly AttributionDay[] }) {
  const attributed = days.reduce((sum, day) => sum + day.attributed, 0);
  const all = attributed + days.reduce((sum, day) => sum + day.unattributed, 0);
  const reasons = new Map<string, number>();
  for (const day of days) {
    for (const [reason, n] of Object.entries(day.reasons))
      reasons.set(reason, (reasons.get(reason) ?? 0) + n);
  }
  return (
    <tr>
      <th scope="row">
        <Text value={days[0]?.goal ?? ''} />
        <span class="sub">{plural(days.length, 'day')}</span>
      </th>
      <td>
        {count(attributed)} of {count(all)} ({percent(all > 0 ? attributed / all : 0)})
        <Share share={all > 0 ? attributed / all : 0} tone="good" />
      </td>
      <td>
        {[...reasons]
          .sort(([, a], [, b]) => b - a)
          .map(([reason, n]) => (
            <span key={reason} class="sub">
              {count(n)} <Text value={reason} />
            </span>
          ))}
      </td>
    </tr>
  );
}
