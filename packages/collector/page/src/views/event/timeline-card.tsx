import { duration } from '../../data/format.ts';
import { Card } from '../../parts/card.tsx';
import { Text } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import type { Step } from './timeline.ts';

export interface TimelineProps {
  steps: readonly Step[];
  /** What later times are told from, ms. */
  receivedAt: number;
}

export function TimelineCard({ steps, receivedAt }: TimelineProps) {
  return (
    <Card title="Its way" lead="Each step with the reason of its decision.">
      <ol class="timeline">
        {steps.map(({ at, tone, title, reasons }) => (
          <li key={`${at} ${title}`} class={tone}>
            <p class="step-title">
              {title}
              <span class="step-time">
                <Time at={at} />
                {at > receivedAt && ` (+${duration(at - receivedAt)})`}
              </span>
            </p>
            {reasons.map((reason) => (
              <p key={reason} class="reason">
                <Text value={reason} />
              </p>
            ))}
          </li>
        ))}
      </ol>
    </Card>
  );
}
