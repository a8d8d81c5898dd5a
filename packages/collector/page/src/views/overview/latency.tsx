import type { Latency } from '../../../../src/store/reading.ts';
import { duration, plural } from '../../data/format.ts';
import { Columns } from '../../parts/bars.tsx';
import { Card, Empty } from '../../parts/card.tsx';

export function LatencyCard({ latency: { sinceEvent, sinceReceipt } }: { latency: Latency }) {
  const { buckets, events } = sinceEvent;
  const bars = buckets.map(({ upTo, events: inBucket }, index) => ({
    label:
      upTo === undefined ? `more than ${duration(buckets[index - 1]?.upTo ?? 0)}` : `up to ${duration(upTo)}`,
    short: upTo === undefined ? 'more' : duration(upTo),
    value: inBucket,
    text: plural(inBucket, 'event'),
  }));
  return (
    <Card
      title="From the browser to acceptance"
      lead={
        events > 0
          ? `The newest ${plural(events, 'event')}. Half take ${duration(sinceReceipt.p50)} from the collector on.`
          : undefined
      }
    >
      {events > 0 ? (
        <Columns bars={bars} label="Events by time from the browser to acceptance" />
      ) : (
        <Empty title="No event of a browser was accepted yet">
          <p>Once one is, you see here how long they take.</p>
        </Empty>
      )}
    </Card>
  );
}
