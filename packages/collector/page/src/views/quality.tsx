import type { MatchField, MatchQuality } from '../../../src/insight/match-quality.ts';
import { percent } from '../../../src/percent.ts';
import { count, plural } from '../data/format.ts';
import { useAnswer } from '../data/use-answer.ts';
import { SOURCES, type Tone } from '../data/words.ts';
import { Share } from '../parts/bars.tsx';
import { Card, Empty } from '../parts/card.tsx';
import { Loading } from '../parts/loading.tsx';
import { Text } from '../parts/text.tsx';
import { useSession } from '../session.ts';
import { DaysChoice, REFRESH_MS, useDays } from './report/days-choice.tsx';

/** With fewer events a share says nothing, and nothing is advised. */
const FEW_EVENTS = 20;

const SHOWN_NAME_CHARS = 80;

const FIELDS: Record<MatchField, string> = {
  msclkid: 'Click id',
  em: 'E-mail',
  ph: 'Phone',
  externalId: 'Customer id',
  anonymousId: 'Visitor id',
  clientIpAddress: 'IP address',
  clientUserAgent: 'User agent',
};

export function QualityView() {
  const { site } = useSession();
  const [days, setDays] = useDays();
  const answer = useAnswer<{ events: MatchQuality[] }>('/quality', {
    query: { site, days },
    everyMs: REFRESH_MS,
  });
  return (
    <>
      <div class="head">
        <h1>Match quality</h1>
        <DaysChoice days={days} onChange={setDays} />
      </div>
      <p class="lead">
        Microsoft can only credit an event to a click or a person that it recognises. For each event: how
        often what it recognises somebody by was there, and what to do about the gaps.
      </p>
      <Loading answer={answer}>
        {({ events }) =>
          events.length === 0 ? (
            <section class="card">
              <Empty title="No events in these days">
                <p>Within a minute of the first event its figures are here.</p>
              </Empty>
            </section>
          ) : (
            events.map((quality) => <QualityCard key={`${quality.site} ${quality.name}`} quality={quality} />)
          )
        }
      </Loading>
    </>
  );
}

const nameOf = (name: string) => (name === 'pageLoad' ? 'page loads' : name || 'revenue of page loads');

function QualityCard({
  quality: { site, name, events, sources, consent, shares, browserCopies, advice },
}: {
  quality: MatchQuality;
}) {
  const { sites } = useSession();
  const ways = Object.entries(sources).map(
    ([source, n]) => `${SOURCES[source as keyof typeof SOURCES].toLowerCase()} ${count(n)}`,
  );
  const lost = browserCopies.estimatedLostShare;
  return (
    <Card
      title={<Text value={nameOf(name)} chars={SHOWN_NAME_CHARS} />}
      lead={
        <>
          {plural(events, 'event')} · {ways.join(', ')}
          {sites.length > 1 && (
            <>
              {' · '}
              <Text value={site} />
            </>
          )}
        </>
      }
    >
      <div class="quality">
        <dl class="shares">
          <ShareRow name="Consent" share={consent} />
          {(Object.keys(FIELDS) as MatchField[]).map((field) => (
            <ShareRow key={field} name={FIELDS[field]} share={shares[field]} />
          ))}
        </dl>
        <div class="quality-side">
          {lost !== undefined && (
            <p>
              <strong class="big">{percent(lost)}</strong> the browser's tag alone would have lost
              <span class="sub">an estimate, by the pages on which the tag was not seen</span>
            </p>
          )}
          {advice.length > 0 ? (
            <ul class="advice">
              {advice.map(({ field, message }) => (
                <li key={`${field} ${message}`}>
                  <Text value={message} />
                </li>
              ))}
            </ul>
          ) : (
            <p class="none">
              {events < FEW_EVENTS ? 'Too few events yet to advise on.' : 'No gap that you could close.'}
            </p>
          )}
        </div>
      </div>
    </Card>
  );
}

/** What few events have is not a fault by itself: the advice beside it says where it is. */
const toneOf = (share: number): Tone => (share >= 0.7 ? 'good' : share >= 0.3 ? 'warn' : 'bad');

function ShareRow({ name, share }: { name: string; share: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Share share={share} tone={toneOf(share)} />
        <span class="number">{percent(share)}</span>
      </dd>
    </div>
  );
}
