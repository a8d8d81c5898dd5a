import { useState } from 'preact/hooks';
import { destinationName } from '../../../../src/destination-id.ts';
import type { Overview } from '../../../../src/store/reading.ts';
import { count, plural } from '../../data/format.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { reasonOf, STATES } from '../../data/words.ts';
import { ActionButton } from '../../parts/action.tsx';
import { Card, Empty, Table } from '../../parts/card.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Text } from '../../parts/text.tsx';
import { Ago } from '../../parts/time.tsx';
import { hrefOf } from '../../router.ts';
import { useSession } from '../../session.ts';

interface Replayed {
  replayed: number;
  tooOld: number;
  erased: number;
}

/** What could not be delivered, of any destination, by its reason; a reason that is mended can be replayed as a whole. */
export function DeadLetters() {
  const { site } = useSession();
  const answer = useAnswer<Overview>('/overview', { query: { site } });
  return (
    <Card
      title="Dead letters"
      lead="What could not be delivered, by reason. Once the reason is mended, send it again."
    >
      <Loading answer={answer}>
        {({ reasons }) => (
          <Reasons reasons={reasons.filter(({ state }) => state !== 'skipped')} onDone={answer.reload} />
        )}
      </Loading>
    </Card>
  );
}

function Reasons({ reasons, onDone }: { reasons: Overview['reasons']; onDone: () => void }) {
  const [told, setTold] = useState('');
  return (
    <>
      <p role="status" class="told">
        {told}
      </p>
      {reasons.length === 0 ? (
        <Empty title="There are none" />
      ) : (
        <Table label="Dead letters" columns={['Reason', 'Of', { number: 'Events' }, { unseen: 'Actions' }]}>
          {reasons.map(({ site, destination, state, code, count: events, seq, at }) => (
            <tr key={`${site} ${destination} ${state} ${code}`}>
              <th scope="row">
                <a href={hrefOf('events', seq)}>
                  <Text value={reasonOf(code)} />
                </a>
                <span class="sub">
                  <Pill tone={STATES[state].tone}>{STATES[state].label}</Pill> the newest <Ago at={at} />
                </span>
              </th>
              <td>
                <Text value={destinationName(destination)} />
                <span class="sub">{site}</span>
              </td>
              <td class="number">{count(events)}</td>
              <td class="number">
                <ActionButton<Replayed>
                  label="Replay all"
                  about={code}
                  method="POST"
                  path="/events/replay"
                  body={{ states: [state], site, destination, code }}
                  confirm="Send all of them again, under the same ids?"
                  onDone={(result) => {
                    setTold(describe(result));
                    onDone();
                  }}
                />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

function describe({ replayed, tooOld, erased }: Replayed): string {
  return [
    `${plural(replayed, 'event')} on the way again.`,
    tooOld > 0 && `${count(tooOld)} too old for Microsoft.`,
    erased > 0 && `The content of ${count(erased)} is gone.`,
  ]
    .filter(Boolean)
    .join(' ');
}
