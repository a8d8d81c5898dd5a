import type { RelatedEvent } from '../../../../src/store/reading.ts';
import { nameOf } from '../../data/words.ts';
import { Card } from '../../parts/card.tsx';
import { StatePill } from '../../parts/pill.tsx';
import { Excerpt } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import { hrefOf } from '../../router.ts';

export function Related({ related }: { related: readonly RelatedEvent[] }) {
  if (related.length === 0) return null;
  return (
    <Card title="Other events" lead="Of the same page load, or under the same id.">
      <ul class="related">
        {related.map((event) => (
          <li key={event.seq}>
            <a href={hrefOf('events', event.seq)}>
              <Excerpt value={nameOf(event)} chars={80} />
            </a>
            <StatePill state={event.state} warnings={event.warnings} />
            <span class="none">{event.by === 'id' ? 'same id' : 'same page load'}</span>
            <Time at={event.receivedAt} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
