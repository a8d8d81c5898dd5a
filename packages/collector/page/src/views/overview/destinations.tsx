import { destinationName, isUpload } from '../../../../src/destination-id.ts';
import type { AccountOverview, DestinationOverview, Overview } from '../../../../src/store/reading.ts';
import { count, duration } from '../../data/format.ts';
import { ActionButton } from '../../parts/action.tsx';
import { Card, Table } from '../../parts/card.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Text } from '../../parts/text.tsx';
import { hrefOf } from '../../router.ts';

/** What waits longer waits for something, ms. */
const SLOW_MS = 10 * 60_000;

/** Per tag: healthy, or paused and why. */
export function Destinations({
  overview,
  now,
  reload,
}: {
  overview: Overview;
  now: number;
  reload: () => void;
}) {
  const rows = overview.destinations.filter(({ destination }) => destination !== '');
  if (rows.length === 0) return null;
  return (
    <Card title="Destinations" lead="Where events go, and whether it is open.">
      <Table
        label="Destinations"
        columns={[
          'Destination',
          'Health',
          { number: 'Accepted' },
          { number: 'Waiting' },
          { number: 'Refused' },
          { unseen: 'Actions' },
        ]}
      >
        {rows.map((entry) => (
          <Row
            key={entry.destination}
            entry={entry}
            accounts={overview.accounts.filter(({ destination }) => destination === entry.destination)}
            now={now}
            reload={reload}
          />
        ))}
      </Table>
    </Card>
  );
}

interface RowProps {
  entry: DestinationOverview;
  accounts: readonly AccountOverview[];
  now: number;
  reload: () => void;
}

function Row({ entry: { destination, oldestAt, paused }, accounts, now, reload }: RowProps) {
  const sum = (of: (account: AccountOverview) => number | undefined) =>
    accounts.reduce((total, account) => total + (of(account) ?? 0), 0);
  const slow = !isUpload(destination) && oldestAt !== undefined && now - oldestAt > SLOW_MS;
  const events = hrefOf('events', undefined, new URLSearchParams({ destination }));
  return (
    <tr>
      <th scope="row">
        <a href={events}>
          <Text value={destinationName(destination)} />
        </a>
        <span class="sub">{accounts.map(({ site }) => site).join(', ')}</span>
      </th>
      <td>
        {paused ? (
          <>
            <Pill tone="bad">Paused</Pill>
            <span class="sub">
              <Text value={paused.reason} />
            </span>
          </>
        ) : (
          <Pill tone={slow ? 'warn' : 'good'}>{slow ? 'Slow' : 'Healthy'}</Pill>
        )}
      </td>
      <td class="number">{count(sum(({ ended }) => ended.accepted))}</td>
      <td class="number">
        {count(sum(({ waiting }) => waiting))}
        {oldestAt !== undefined && <span class="sub">oldest {duration(now - oldestAt)}</span>}
      </td>
      <td class="number">
        {count(sum(({ ended }) => (ended.rejected ?? 0) + (ended.dead ?? 0) + (ended.expired ?? 0)))}
      </td>
      <td class="number">
        <ActionButton
          label={paused ? 'Resume' : 'Pause'}
          about={destinationName(destination)}
          method="POST"
          path={`/destinations/${encodeURIComponent(destination)}/${paused ? 'resume' : 'pause'}`}
          confirm={paused ? undefined : 'Stop sending? Events are kept and wait.'}
          onDone={reload}
        />
      </td>
    </tr>
  );
}
