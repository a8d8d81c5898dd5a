import type { EventSummary } from '../../../../src/store/reading.ts';
import { duration, money, plural, shortId } from '../../data/format.ts';
import { nameOf, reasonOf, SOURCES } from '../../data/words.ts';
import { StatePill } from '../../parts/pill.tsx';
import { Excerpt, Text } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import { hrefOf } from '../../router.ts';
import { useSession } from '../../session.ts';

const SHOWN_URL_CHARS = 90;
const SHOWN_NAME_CHARS = 80;

export function EventTable({
  events,
  fresh,
}: {
  events: readonly EventSummary[];
  fresh: ReadonlyMap<number, number>;
}) {
  return (
    <table class="events">
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">State</th>
          <th scope="col">Reported by</th>
          <th scope="col" class="number">
            Value
          </th>
          <th scope="col" class="number">
            Received
          </th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <Row key={event.seq} event={event} changes={fresh.get(event.seq) ?? 0} />
        ))}
      </tbody>
    </table>
  );
}

/** Two names of one animation, in turns: so it begins again with each change. */
const FRESH = ['fresh', 'fresh again'];

function Row({ event, changes }: { event: EventSummary; changes: number }) {
  const { seq, eventId, pageUrl, state, warnings, source, value, currency, receivedAt, site } = event;
  const { sites } = useSession();
  const isPageLoad = event.name === '';
  return (
    <tr class={changes > 0 ? FRESH[changes % FRESH.length] : undefined}>
      <th scope="row">
        <a class={isPageLoad ? 'row-link soft' : 'row-link'} href={hrefOf('events', seq)}>
          <Excerpt value={nameOf(event)} chars={SHOWN_NAME_CHARS} />
        </a>
        <span class="sub">
          {isPageLoad && pageUrl ? (
            <Excerpt value={pageUrl} chars={SHOWN_URL_CHARS} />
          ) : (
            <Excerpt value={shortId(eventId)} mono chars={SHOWN_NAME_CHARS} />
          )}
        </span>
      </th>
      <td class="of-state">
        <StatePill state={state} warnings={warnings} />
        <span class="sub">{whyOf(event)}</span>
      </td>
      <td>
        <span class={source === 'pixel' || source === 'noscript' ? 'channel browser' : 'channel server'}>
          {SOURCES[source]}
        </span>
        {sites.length > 1 && (
          <span class="sub">
            <Text value={site} />
          </span>
        )}
      </td>
      <td class="number strong">
        {value === undefined ? <span class="none">–</span> : money(value, currency)}
      </td>
      <td class="number">
        <Time at={receivedAt} />
      </td>
    </tr>
  );
}

/** Why it is where it is, in a few words. */
function whyOf({ state, code, attempts, dueAt, endedAt, receivedAt, warnings }: EventSummary) {
  if (state === 'accepted') {
    const after = endedAt === undefined ? '' : `after ${duration(Math.max(0, endedAt - receivedAt))}`;
    return warnings > 0 ? `${plural(warnings, 'field')} dropped` : after;
  }
  if (state === 'held') return 'for word of the tag';
  if (state === 'pending' && dueAt !== undefined && dueAt > Date.now()) {
    return `${code ? `${reasonOf(code)}, ` : ''}next try in ${duration(dueAt - Date.now())}`;
  }
  if (code) return <Text value={attempts > 1 ? `${reasonOf(code)}, ${attempts} tries` : reasonOf(code)} />;
  return attempts > 0 ? `try ${attempts + 1}` : '';
}
