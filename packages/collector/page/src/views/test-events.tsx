import { useState } from 'preact/hooks';
import type { EventSummary } from '../../../src/store/reading.ts';
import { type CallProblem, call } from '../data/call.ts';
import { useAnswer } from '../data/use-answer.ts';
import { nameOf, reasonOf } from '../data/words.ts';
import { Card, Empty } from '../parts/card.tsx';
import { StatePill } from '../parts/pill.tsx';
import { SiteChoice } from '../parts/site-choice.tsx';
import { Excerpt, Text } from '../parts/text.tsx';
import { Time } from '../parts/time.tsx';
import { hrefOf } from '../router.ts';
import { useSession } from '../session.ts';

/** How soon a change is seen, ms. */
const REFRESH_MS = 1_000;

export function TestEventsView() {
  const { role } = useSession();
  const [sent, setSent] = useState<EventSummary[]>([]);
  return (
    <>
      <h1>Test events</h1>
      <p class="lead">
        A test event goes the way of all events, but never to Microsoft, where it would count: to the site's
        sandbox (<code>testEndpoint</code>) or, without one, to nowhere.
      </p>
      {role === 'admin' ? (
        <Card title="Send one">
          <TestEventForm onSent={(event) => setSent([event, ...sent])} />
        </Card>
      ) : (
        <p class="notice">With a read-only token nothing can be sent.</p>
      )}
      <Card title="Sent from here">
        {sent.length === 0 ? (
          <Empty title="None yet">
            <p>Each one you send stands here with what becomes of it.</p>
          </Empty>
        ) : (
          <ul class="related">
            {sent.map((event) => (
              <Sent key={event.seq} first={event} />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

function TestEventForm({ onSent }: { onSent: (event: EventSummary) => void }) {
  const { sites } = useSession();
  const [problem, setProblem] = useState<CallProblem>();

  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim() || undefined;
    const value = text('value');
    const body = {
      site: text('site') ?? sites[0],
      name: text('name'),
      value: value === undefined ? undefined : Number(value),
      currency: text('currency'),
    };
    setProblem(undefined);
    try {
      onSent((await call<{ event: EventSummary }>('POST', '/test-events', { body })).event);
    } catch (error) {
      setProblem(error as CallProblem);
    }
  }

  return (
    <form class="form" onSubmit={(event) => void send(event)}>
      <SiteChoice />
      <label>
        <span>Name</span>
        <input name="name" defaultValue="purchase" required spellcheck={false} />
      </label>
      <label>
        <span>Value</span>
        <input name="value" type="number" step="any" defaultValue="75.30" />
      </label>
      <label>
        <span>Currency</span>
        <input name="currency" defaultValue="EUR" spellcheck={false} />
      </label>
      <div class="actions">
        <button type="submit" class="primary">
          Send
        </button>
      </div>
      {problem && (
        <p class="notice bad wide" role="alert">
          {problem.message}
        </p>
      )}
    </form>
  );
}

/** One that was sent, as it is now. */
function Sent({ first }: { first: EventSummary }) {
  const { value } = useAnswer<{ events: EventSummary[] }>('/events', {
    query: { id: first.eventId, limit: 1 },
    everyMs: REFRESH_MS,
  });
  const event = value?.events[0] ?? first;
  return (
    <li>
      <a href={hrefOf('events', event.seq)}>
        <Excerpt value={nameOf(event)} chars={80} />
      </a>
      <StatePill state={event.state} warnings={event.warnings} />
      {event.code && (
        <span class="none">
          <Text value={reasonOf(event.code)} />
        </span>
      )}
      <Time at={event.receivedAt} />
    </li>
  );
}
