import { Card } from '../../parts/card.tsx';
import { Ways } from '../../parts/way.tsx';
import type { Halves } from './halves.ts';

export function HalvesCard({ halves: { because, ...ways } }: { halves: Halves }) {
  return (
    <Card title="Both halves">
      <div class="halves">
        <Ways {...ways} />
        <ul>
          {because.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
