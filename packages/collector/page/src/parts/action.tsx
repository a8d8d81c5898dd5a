import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type CallProblem, call, type Method } from '../data/call.ts';
import { useSession } from '../session.ts';

export interface ActionProps<T> {
  label: string;
  /** What it is done to, for who hears the label alone. */
  about?: string | undefined;
  method: Method;
  path: string;
  body?: unknown;
  /** Asked before it is done; undefined: nothing is asked. */
  confirm?: string | undefined;
  /** It cannot be undone. */
  danger?: boolean;
  onDone?: (value: T) => void;
  /** What is said when it is done. */
  done?: ((value: T) => Told) | undefined;
}

interface Told {
  text: string;
  bad: boolean;
}

/**
 * A button that changes something. Absent for who may only read; asks in its own place, so that no dialog
 * takes the view away; says what came of it.
 */
export function ActionButton<T = unknown>(props: ActionProps<T>) {
  const { label, about, method, path, body, confirm, danger = false, onDone, done } = props;
  const { role } = useSession();
  const [step, setStep] = useState<'rest' | 'asking' | 'busy'>('rest');
  const [told, setTold] = useState<Told>();
  /** The button that one has to do with next; the focus goes there, since the one before is gone. */
  const button = useRef<HTMLButtonElement>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) button.current?.focus();
  }, [step]);
  // Where what was done takes the button away, whoever pressed it goes on in the view, not at the top of the page.
  useLayoutEffect(
    () => () => {
      const held = [button.current, document.body].includes(document.activeElement as HTMLElement);
      if (asked.current && held) document.getElementById('main')?.focus();
    },
    [],
  );
  if (role !== 'admin') return null;

  function ask(): void {
    asked.current = true;
    setStep('asking');
  }

  /** Without leaving the view, which is what the key does elsewhere. */
  function cancelByKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    setStep('rest');
  }

  async function act(): Promise<void> {
    setStep('busy');
    setTold(undefined);
    try {
      const value = await call<T>(method, path, body === undefined ? {} : { body });
      if (done) setTold(done(value));
      onDone?.(value);
    } catch (problem) {
      setTold({ text: (problem as CallProblem).message, bad: true });
    }
    setStep('rest');
  }

  return (
    <span class="action">
      {step === 'asking' ? (
        <fieldset class="asking" onKeyDown={cancelByKey}>
          <legend>{confirm}</legend>
          <button ref={button} type="button" class={danger ? 'danger' : 'primary'} onClick={() => void act()}>
            {label}
          </button>
          <button type="button" onClick={() => setStep('rest')}>
            Cancel
          </button>
        </fieldset>
      ) : (
        <button
          ref={button}
          type="button"
          disabled={step === 'busy'}
          aria-label={about && `${label} ${about}`}
          onClick={() => (confirm === undefined ? void act() : ask())}
        >
          {label}
        </button>
      )}
      <span role="status" class={told?.bad ? 'told bad' : 'told'}>
        {told?.text}
      </span>
    </span>
  );
}
