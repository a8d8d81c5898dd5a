import { percent } from '../../../../src/percent.ts';
import type { FinalState } from '../../../../src/store/port.ts';
import type { Overview } from '../../../../src/store/reading.ts';
import { count, duration } from '../../data/format.ts';
import { Tile } from '../../parts/tile.tsx';
import { hrefOf } from '../../router.ts';

export function Tiles({ overview, now }: { overview: Overview; now: number }) {
  const { accounts, destinations, latency } = overview;
  const received = accounts.reduce((total, account) => total + account.received, 0);
  const waiting = accounts.reduce((total, account) => total + account.waiting, 0);
  const ended = (...states: FinalState[]) =>
    accounts.reduce(
      (sum, account) => sum + states.reduce((n, state) => n + (account.ended[state] ?? 0), 0),
      0,
    );
  /** What a rule or consent held back was never to be sent. */
  const meant = received - ended('skipped');
  const share = (n: number) => (meant > 0 ? `${percent(n / meant)} of what was due` : 'nothing was due');
  const oldest = Math.min(...destinations.map(({ oldestAt }) => oldestAt ?? Number.POSITIVE_INFINITY));
  const refused = ended('rejected', 'dead');
  const { sinceEvent } = latency;
  return (
    <div class="tiles">
      <Tile
        name="Accepted"
        figure={count(ended('accepted'))}
        note={share(ended('accepted'))}
        tone="good"
        href="#/events?state=accepted"
      />
      <Tile
        name="Waiting"
        figure={count(waiting)}
        note={
          waiting > 0 && Number.isFinite(oldest)
            ? `the oldest for ${duration(now - oldest)}`
            : 'nothing waits'
        }
        href="#/events?state=pending"
      />
      <Tile
        name="Refused"
        figure={count(refused)}
        note={refused > 0 ? share(refused) : 'none'}
        tone={refused > 0 ? 'bad' : 'soft'}
        href={hrefOf(
          'events',
          undefined,
          new URLSearchParams({ state: ended('rejected') > 0 ? 'rejected' : 'dead' }),
        )}
      />
      <Tile
        name="Expired"
        figure={count(ended('expired'))}
        note={ended('expired') > 0 ? 'older than Microsoft takes' : 'none'}
        tone={ended('expired') > 0 ? 'bad' : 'soft'}
        href="#/events?state=expired"
      />
      <Tile
        name="Not sent"
        figure={count(ended('skipped'))}
        note="sent by the tag, or held back"
        href="#/events?state=skipped"
      />
      <Tile
        name="Time to arrive"
        figure={sinceEvent.events > 0 ? duration(sinceEvent.p50) : '–'}
        note={
          sinceEvent.events > 0
            ? `95 of 100 within ${duration(sinceEvent.p95)}`
            : 'no event of a browser accepted yet'
        }
      />
    </div>
  );
}
