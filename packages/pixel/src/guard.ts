import { say } from './debug.ts';

/**
 * The fence between the pixel and the page. Every entry point, listener, timer and callback runs
 * inside it: what goes wrong in here ends in `debug`, never in the page.
 */
export function guard<A extends unknown[], R>(run: (...args: A) => R): (...args: A) => R | undefined {
  return (...args) => {
    try {
      return run(...args);
    } catch (error) {
      say('failed', error);
    }
  };
}

/** What `read` gives, or undefined where the browser or the page's getters refuse it. */
export function attempt<R>(read: () => R): R | undefined {
  try {
    return read();
  } catch {
    // Refused storage, hostile getters: the same as absent.
  }
}

/** A guarded listener, in the capture phase: a page that stops propagation cannot starve it. */
export function listen(target: EventTarget, type: string, run: (event: Event) => void): void {
  target.addEventListener(type, guard(run), true);
}

/** A guarded timer; `ms` milliseconds. */
export function later(run: () => void, ms: number): number {
  return window.setTimeout(guard(run), ms);
}
