import { useLayoutEffect } from 'preact/hooks';
import { destinationName } from '../../../src/destination-id.ts';
import type { EventDetail } from '../../../src/store/reading.ts';
import type { ViewProps } from '../app.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { nameOf } from '../data/words.ts';
import { Card, Empty, Fact, Facts } from '../parts/card.tsx';
import { Loading } from '../parts/loading.tsx';
import { StatePill } from '../parts/pill.tsx';
import { Block, pretty, Text } from '../parts/text.tsx';
import { Time, useNow } from '../parts/time.tsx';
import { goBack } from '../router.ts';
import { EventActions } from './event/actions.tsx';
import { Answer } from './event/answer.tsx';
import { halvesOf, type Wire } from './event/halves.ts';
import { HalvesCard } from './event/halves-card.tsx';
import { Related } from './event/related.tsx';
import { stepsOf } from './event/timeline.ts';
import { TimelineCard } from './event/timeline-card.tsx';

/** How soon a change is seen, ms. */
const REFRESH_MS = 1_000;

/** Number of an event, in the address of the page. */
const NUMBER = /^[1-9]\d{0,14}$/;

export function EventView({ place: { id = '' } }: ViewProps) {
  useLayoutEffect(() => {
    const back = (event: KeyboardEvent) => event.key === 'Escape' && goBack('events');
    addEventListener('keydown', back);
    return () => removeEventListener('keydown', back);
  }, []);
  return (
    <>
      <p class="crumb">
        <a href="#/events">← Events</a>
      </p>
      {NUMBER.test(id) ? <OneEvent number={id} /> : <NoEvent />}
    </>
  );
}

function OneEvent({ number }: { number: string }) {
  const answer = useAnswer<EventDetail>(`/events/${number}`, { everyMs: REFRESH_MS });
  return <Loading answer={answer}>{(detail) => <Detail detail={detail} reload={answer.reload} />}</Loading>;
}

function NoEvent() {
  return (
    <>
      <h1>This address is not an event’s</h1>
      <p>
        It would end in the event’s number: <code>#/events/17</code>. Perhaps it was cut off or changed when
        it was copied.
      </p>
    </>
  );
}

function Detail({ detail, reload }: { detail: EventDetail; reload: () => void }) {
  const now = useNow(1_000);
  const { event } = detail;
  const wire = read(event.wire);
  const value = wire?.customData?.value;
  return (
    <>
      <div class="head">
        <h1>
          <Text
            value={nameOf({ name: event.name, value: typeof value === 'number' ? value : undefined })}
            chars={120}
          />{' '}
          <StatePill state={event.state} warnings={event.warnings.length} />
        </h1>
        <EventActions detail={detail} onChange={reload} />
      </div>
      <HalvesCard halves={halvesOf(detail, wire)} />
      <div class="pair wide-left">
        <TimelineCard steps={stepsOf(detail, wire, now)} receivedAt={event.receivedAt} />
        <div class="stack">
          <Answer event={event} />
          <Card
            title="Identity of the event"
            lead="Microsoft counts what has the same tag, name and id once."
          >
            <Facts>
              <Fact name="Tag">
                <Text value={event.tagId} mono />
              </Fact>
              <Fact name="Name">
                {event.name ? <Text value={event.name} mono /> : <span class="none">none: a page load</span>}
              </Fact>
              <Fact name="Event id">
                <Text value={event.eventId} mono />
              </Fact>
              {detail.pageLoadId !== undefined && (
                <Fact name="Page load">
                  <Text value={detail.pageLoadId} mono />
                </Fact>
              )}
              <Fact name="Site">
                <Text value={event.site} />
              </Fact>
              <Fact name="Goes to">
                <Text value={destinationName(event.destination)} />
              </Fact>
              {detail.expiresAt !== undefined && event.endedAt === undefined && (
                <Fact name="Too old from">
                  <Time at={detail.expiresAt} />
                </Fact>
              )}
            </Facts>
          </Card>
        </div>
      </div>
      <Card title="Payload" lead="Exactly what is sent, laid out in lines. E-mail and phone are hashes.">
        {event.wire === undefined ? (
          <Empty title="The content is gone">
            <p>
              It was erased, or its retention has passed. The key is kept, so that no late copy counts again.
            </p>
          </Empty>
        ) : (
          <Block value={pretty(event.wire)} label="Payload as JSON" />
        )}
      </Card>
      <Related related={detail.related} />
    </>
  );
}

function read(wire: string | undefined): Wire | undefined {
  if (wire === undefined) return undefined;
  try {
    return JSON.parse(wire);
  } catch {
    return undefined;
  }
}
