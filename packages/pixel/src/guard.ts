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

/**
 * A guarded listener, in the capture phase: a page that stops propagation cannot starve it. On the
 * window, which sees what happens to the document too.
 */
export function listen(type: string, run: (event: Event) => void, target: EventTarget = window): void {
  target.addEventListener(type, guard(run), true);
}

/** A guarded timer; `ms` milliseconds. */
export function later(run: () => void, ms?: number): number {
  return window.setTimeout(guard(run), ms);
}

/** The latest time for idle work, ms. */
const IDLE_MS = 200;

/** Runs when the browser has nothing better to do, or soon: Safari has no idle callback. */
export function whenIdle(run: () => void): void {
  // To `setTimeout`, an object is no delay.
  (window.requestIdleCallback || setTimeout)(guard(run), { timeout: IDLE_MS } as never);
}
