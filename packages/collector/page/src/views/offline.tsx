import { useAnswer } from '../data/use-answer.ts';
import { Card, Empty } from '../parts/card.tsx';
import { Loading } from '../parts/loading.tsx';
import { Time } from '../parts/time.tsx';
import { useSession } from '../session.ts';
import { AttributionCard } from './offline/attribution.tsx';
import { DeadLetters } from './offline/dead-letters.tsx';
import { GoalsCard } from './offline/goals.tsx';
import type { Goal, Offline } from './offline/offline.ts';
import { ReconcileCard } from './offline/reconcile.tsx';
import { UploadsCard } from './offline/uploads.tsx';

/** How often the figures are asked anew, ms. */
const REFRESH_MS = 10_000;

export function OfflineView() {
  const { site } = useSession();
  const offline = useAnswer<Offline>('/offline', { query: { site }, everyMs: REFRESH_MS });
  const goals = useAnswer<{ goals: Goal[] }>('/goals', { query: { site } });
  return (
    <>
      <h1>Offline</h1>
      <p class="lead">
        What becomes true later: qualified leads, phone sales, refunds. And what could not be delivered.
      </p>
      <Loading answer={offline}>
        {({ connection, sites }) => (
          <>
            <Connection connection={connection} />
            {connection.state !== 'not-set-up' && <UploadsCard sites={sites} />}
            {connection.state !== 'not-set-up' && <AttributionCard sites={sites} />}
          </>
        )}
      </Loading>
      <Loading answer={goals}>
        {(answer) => <GoalsCard goals={answer.goals} onChange={goals.reload} />}
      </Loading>
      <DeadLetters />
      <ReconcileCard />
    </>
  );
}

const CONNECTIONS = {
  nobody: { tone: 'warn', title: 'Nobody has signed in to Microsoft Advertising' },
  unreadable: { tone: 'bad', title: 'The sign-in was stored under another encryption key' },
  ended: { tone: 'bad', title: 'The sign-in has ended: uploads wait' },
} as const;

function Connection({ connection: { state, signedInAt, message } }: { connection: Offline['connection'] }) {
  if (state === 'not-set-up') {
    return (
      <Card title="Offline conversions are not set up">
        <Empty title="Do sales close by phone, or days later?">
          <p>
            They can count for the click that brought them. It takes an app registration and a developer
            token, then <code>npx uet-capi auth login</code>: docs/offline-conversions.md leads through it.
          </p>
        </Empty>
      </Card>
    );
  }
  if (state === 'signed-in') {
    return (
      <section class="verdict good" aria-label="Sign-in">
        <div>
          <p class="verdict-title">Signed in to Microsoft Advertising</p>
          {signedInAt !== undefined && (
            <p class="verdict-why">
              Since <Time at={signedInAt} />.
            </p>
          )}
        </div>
      </section>
    );
  }
  const { tone, title } = CONNECTIONS[state];
  return (
    <section class={`verdict ${tone}`} aria-label="Sign-in">
      <div>
        <p class="verdict-title">{title}</p>
        <p class="verdict-why">
          {message} Run <code>npx uet-capi auth login</code>. Until then everything waits safely.
        </p>
      </div>
    </section>
  );
}
