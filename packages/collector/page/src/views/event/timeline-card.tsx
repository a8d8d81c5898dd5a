import { Card } from '../../parts/card.tsx';
import { Text } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import type { Step } from './timeline.ts';

export function TimelineCard({ steps }: { steps: readonly Step[] }) {
  return (
    <Card title="Its way" lead="Each step with the reason of its decision.">
      <ol class="timeline">
        {steps.map(({ at, tone, title, reasons }) => (
          <li key={`${at} ${title}`} class={tone}>
            <p class="step-title">
              {title} <Time at={at} />
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
