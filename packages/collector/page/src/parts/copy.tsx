import { useState } from 'preact/hooks';
import { Block } from './text.tsx';

/** Copies a text; where the browser does not allow it (no HTTPS), shows it to be copied by hand. */
export function CopyButton({ label, text }: { label: string; text: string }) {
  const [state, setState] = useState<'rest' | 'copied' | 'shown'>('rest');
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('shown');
    }
  }
  return (
    <span class="action">
      <button type="button" onClick={() => void copy()}>
        {label}
      </button>
      <span role="status" class="told">
        {state === 'copied' && 'Copied.'}
      </span>
      {state === 'shown' && <Block value={text} label={label} />}
    </span>
  );
}
