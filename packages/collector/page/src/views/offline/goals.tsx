import { ActionButton } from '../../parts/action.tsx';
import { Card, Empty, Table } from '../../parts/card.tsx';
import { Pill } from '../../parts/pill.tsx';
import { Text } from '../../parts/text.tsx';
import type { Goal } from './offline.ts';

const SEND = { all: 'all events', attributed: 'events with a known click' };

/** Which events feed which goals, each with its switches. */
export function GoalsCard({ goals, onChange }: { goals: readonly Goal[]; onChange: () => void }) {
  return (
    <Card title="Goals" lead="Which events feed which goals of Microsoft Advertising.">
      {goals.length === 0 ? (
        <Empty title="No goal is mapped">
          <p>
            Name in the setting <code>goals</code> which events feed which goals.
          </p>
        </Empty>
      ) : (
        <Table label="Goals" columns={['Event', 'Goal', 'State', 'Sends', { unseen: 'Actions' }]}>
          {goals.map((goal) => (
            <Row
              key={`${goal.site} ${goal.event} ${goal.goal} ${goal.adjust}`}
              goal={goal}
              onChange={onChange}
            />
          ))}
        </Table>
      )}
    </Card>
  );
}

function Row({ goal, onChange }: { goal: Goal; onChange: () => void }) {
  const { site, event, goal: name, kind, adjust, enabled, send, from } = goal;
  const key = { site, event, goal: name };
  const about = `${event} for ${name}`;
  return (
    <tr>
      <th scope="row">
        <Text value={event} />
        <span class="sub">{site}</span>
      </th>
      <td>
        <Text value={name} />
        <span class="sub">{adjust ? `${kind}, corrects: ${adjust}` : kind}</span>
      </td>
      <td>
        <Pill tone={enabled ? 'good' : 'warn'}>{enabled ? 'On' : 'Off'}</Pill>
        {from.enabled === 'store' && <span class="sub">changed here</span>}
      </td>
      <td>
        {SEND[send]}
        {from.send === 'store' && <span class="sub">changed here</span>}
      </td>
      <td class="number">
        <ActionButton
          label={enabled ? 'Switch off' : 'Switch on'}
          about={about}
          method="PATCH"
          path="/goals"
          body={{ ...key, enabled: !enabled }}
          confirm={enabled ? 'Feed this goal no more?' : undefined}
          onDone={onChange}
        />{' '}
        <ActionButton
          label={send === 'all' ? 'Only with a click' : 'Send all'}
          about={about}
          method="PATCH"
          path="/goals"
          body={{ ...key, send: send === 'all' ? 'attributed' : 'all' }}
          onDone={onChange}
        />
      </td>
    </tr>
  );
}
