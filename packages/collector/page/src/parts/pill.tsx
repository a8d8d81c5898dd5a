import type { ComponentChildren } from 'preact';
import type { State } from '../../../src/store/port.ts';
import { STATES, type Tone } from '../data/words.ts';

/** A state in one word: its colour, and a mark for who does not see colours. */
export function Pill({ tone, title, children }: { tone: Tone; title?: string; children: ComponentChildren }) {
  return (
    <span class={`pill ${tone}`} title={title}>
      {children}
    </span>
  );
}

export function StatePill({ state, warnings = 0 }: { state: State; warnings?: number }) {
  const { label, tone, meaning } = STATES[state];
  if (state === 'accepted' && warnings > 0) {
    return (
      <Pill tone="warn" title="Microsoft took it and left out some of its fields.">
        Accepted in part
      </Pill>
    );
  }
  return (
    <Pill tone={tone} title={meaning}>
      {label}
    </Pill>
  );
}
