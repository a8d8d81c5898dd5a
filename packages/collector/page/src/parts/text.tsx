import { useState } from 'preact/hooks';
import { count, visible } from '../data/format.ts';

/** Longer texts are cut, characters. */
const SHOWN_CHARS = 300;

/** Longer payloads are cut, characters. */
const SHOWN_PAYLOAD_CHARS = 8_000;

/** A text that came from outside: isolated, invisible characters written out, cut where it is long. */
export function Text({
  value,
  mono,
  chars = SHOWN_CHARS,
}: {
  value: string;
  mono?: boolean;
  chars?: number;
}) {
  const { shown, more } = useCut(value, chars);
  return (
    <span class={mono ? 'text mono' : 'text'}>
      <bdi>{shown}</bdi>
      {more}
    </span>
  );
}

/** The same in a link, which leads to the whole of it: no button may stand in a link. */
export function Excerpt({ value, mono, chars }: { value: string; mono?: boolean; chars: number }) {
  return (
    <span class={mono ? 'text mono' : 'text'}>
      <bdi>{beginning(value, chars)}</bdi>
    </span>
  );
}

/** What a machine wrote, with its line breaks. */
export function Block({ value, label }: { value: string; label: string }) {
  const { shown, more } = useCut(value, SHOWN_PAYLOAD_CHARS);
  return (
    <div class="block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <section class="block-text" tabIndex={0} aria-label={label}>
        <pre dir="ltr">{shown}</pre>
      </section>
      {more}
    </div>
  );
}

function useCut(value: string, chars: number) {
  const [all, setAll] = useState(false);
  if (all || value.length <= chars) return { shown: visible(value), more: null };
  return {
    shown: beginning(value, chars),
    more: (
      <button type="button" class="plain" onClick={() => setAll(true)}>
        show all {count(value.length)} characters
      </button>
    ),
  };
}

const beginning = (value: string, chars: number) =>
  value.length <= chars ? visible(value) : `${visible(value.slice(0, chars))}…`;

/** JSON as one can read it; anything else as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
