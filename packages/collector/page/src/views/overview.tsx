import type { Overview } from '../../../src/store/reading.ts';
import { useAnswer } from '../data/use-answer.ts';
import { Loading } from '../parts/loading.tsx';
import { useNow } from '../parts/time.tsx';
import { useSession } from '../session.ts';
import { Destinations } from './overview/destinations.tsx';
import { HoursCard } from './overview/hours.tsx';
import { LatencyCard } from './overview/latency.tsx';
import { Losses } from './overview/losses.tsx';
import { Tiles } from './overview/tiles.tsx';
import { verdictOf } from './overview/verdict.ts';
import { Welcome } from './welcome.tsx';

/** How often the figures are asked anew, ms. */
const REFRESH_MS = 3_000;

export function OverviewView() {
  const { site } = useSession();
  const answer = useAnswer<Overview>('/overview', { query: { site }, everyMs: REFRESH_MS });
  return (
    <>
      <h1>Overview</h1>
      <Loading answer={answer}>
        {(overview) => <Figures overview={overview} reload={answer.reload} />}
      </Loading>
    </>
  );
}

function Figures({ overview, reload }: { overview: Overview; reload: () => void }) {
  const now = useNow();
  const verdict = verdictOf(overview, now);
  if (!verdict) return <Welcome />;
  const { tone, title, why, next } = verdict;
  return (
    <>
      <section class={`verdict ${tone}`} aria-live="polite" aria-label="Do conversions arrive?">
        <div>
          <p class="verdict-title">{title}</p>
          <p class="verdict-why">{why}</p>
        </div>
        {next && (
          <a class="button" href={next.href}>
            {next.label}
          </a>
        )}
      </section>
      <Tiles overview={overview} now={now} />
      <Destinations overview={overview} now={now} reload={reload} />
      <div class="pair">
        <HoursCard />
        <LatencyCard latency={overview.latency} />
      </div>
      <Losses overview={overview} />
    </>
  );
}
