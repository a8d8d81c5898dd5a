import type { Capi } from './api.ts';
import type { PixelSettings } from './settings.ts';

/**
 * What the pixel says of its work, for features and for those who debug: a code word and what it is
 * about. The words are explained by a script of its own (`overlay/`), loaded when it is asked for.
 */

/** When it was said (ms), the code word, and what it is about. */
export type Said = [at: number, ...words: unknown[]];

/** What the overlay is given, as the property `capi` of its script element. */
export interface Debugged {
  capi: Capi;
  settings: PixelSettings;
  /** What was said so far. The overlay empties it and puts its own `push` in place. */
  said: Said[];
}

/** Who debugs, and features that want to know. */
const listeners: ((word: unknown, ...facts: never[]) => void)[] = [];

/** Tells what happens: a code word, and what it is about. */
export function say(word: unknown, ...facts: unknown[]): void {
  for (const run of listeners) {
    try {
      run(word, ...(facts as never[]));
    } catch {
      // Nobody left to tell.
    }
  }
}

/** From now on, `run` is told everything. */
export function onSay(run: (...words: unknown[]) => void): void {
  listeners.push(run);
}

/** From now on, `run` is told the facts of this word. */
export function on<Facts extends unknown[]>(word: string, run: (...facts: Facts) => void): void {
  listeners.push((said, ...facts) => {
    if (said === word) run(...(facts as unknown as Facts));
  });
}
