import { plural } from '../data/format.ts';
import { useAnswer } from '../data/use-answer.ts';
import { ActionButton } from '../parts/action.tsx';
import { Card, Empty } from '../parts/card.tsx';
import { Loading } from '../parts/loading.tsx';
import { Text } from '../parts/text.tsx';
import { Ago, Time } from '../parts/time.tsx';

interface Alert {
  id: string;
  title: string;
  detail: string;
  since: number;
}

interface Alerts {
  webhook: boolean;
  signed: boolean;
  lookedAt?: number;
  open: Alert[];
  ended: (Alert & { until: number })[];
  undelivered: { count: number; attempts: number };
}

/** How often is asked anew, ms. */
const REFRESH_MS = 10_000;

export function AlertsView() {
  const answer = useAnswer<Alerts>('/alerts', { everyMs: REFRESH_MS });
  return (
    <>
      <h1>Alerts</h1>
      <Loading answer={answer}>{(alerts) => <Shown alerts={alerts} />}</Loading>
    </>
  );
}

function Shown({ alerts: { webhook, signed, lookedAt, open, ended, undelivered } }: { alerts: Alerts }) {
  return (
    <>
      <section class={`verdict ${open.length > 0 ? 'bad' : 'good'}`} aria-label="Now" role="status">
        <div>
          <p class="verdict-title">{open.length > 0 ? 'Something needs you' : 'Nothing needs you'}</p>
          <p class="verdict-why">
            {lookedAt === undefined ? (
              'Nobody has looked yet: the first look is a minute after the start.'
            ) : (
              <>
                Looked at <Ago at={lookedAt} />.
              </>
            )}
          </p>
        </div>
      </section>
      {open.length > 0 && (
        <Card title="Now">
          <ul class="alerts">
            {open.map((alert) => (
              <Line key={alert.id} alert={alert} />
            ))}
          </ul>
        </Card>
      )}
      <Card
        title="Webhook"
        actions={
          webhook && (
            <ActionButton<{ fault?: string }>
              label="Send a test message"
              method="POST"
              path="/alerts/test"
              done={({ fault }) =>
                fault === undefined
                  ? { text: 'The receiver took it.', bad: false }
                  : { text: `Not delivered: ${fault}`, bad: true }
              }
            />
          )
        }
      >
        {webhook ? (
          <p>
            Each alert is posted once, and once more when it is over
            {signed ? ', signed' : ', not signed: no secret is set'}.
            {undelivered.count > 0 &&
              ` Not taken yet by the receiver: ${undelivered.count}, tried ${plural(undelivered.attempts, 'time')}.`}
          </p>
        ) : (
          <Empty title="Nobody is told">
            <p>
              Start the collector with the address of your chat tool's webhook in{' '}
              <code>UET_CAPI_ALERT_WEBHOOK</code>: a paused tag, dead letters or missing purchases are then
              told where you work.
            </p>
          </Empty>
        )}
      </Card>
      <Card title="Before">
        {ended.length === 0 ? (
          <Empty title="No alert has ended yet" />
        ) : (
          <ul class="alerts">
            {ended.map((alert) => (
              <Line key={`${alert.id} ${alert.until}`} alert={alert} until={alert.until} />
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}

function Line({ alert: { title, detail, since }, until }: { alert: Alert; until?: number }) {
  return (
    <li>
      <p class="strong">
        <Text value={title} />
      </p>
      <p class="none">
        <Text value={detail} />
      </p>
      <p class="sub">
        <Time at={since} />
        {until !== undefined && (
          <>
            {' to '}
            <Time at={until} />
          </>
        )}
      </p>
    </li>
  );
}
