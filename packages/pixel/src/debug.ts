import type { Capi } from './api.ts';
import { attempt } from './attempt.ts';
import type { Words } from './features/feature.ts';
import type { PixelSettings } from './settings.ts';
import type { Word } from './words.ts';

/**
 * What the pixel says of its work, to features and to those who debug: a code word, and what it is
 * about. Features may answer some words, which is how they take part (see `Words`). The words are
 * explained by a script of its own (`overlay/`), loaded when it is asked for.
 */

/** When it was said (ms), the code word or its place in `WORDS`, and what it is about. */
export type Said = [at: number, word: Word | number, ...facts: unknown[]];

/** What the overlay is given, as the property `capi` of its script element. */
export interface Debugged {
  capi: Capi;
  settings: PixelSettings;
  /** What was said so far. The overlay empties it and puts its own `push` in place. */
  said: Said[];
}

type Hear = (word: Word, ...facts: unknown[]) => unknown;

/** By word. A word is said often, and mostly concerns nobody. */
const listeners: { [word: string]: ((...facts: never[]) => unknown)[] } = {};

/** Is told everything. */
let spy: Hear | undefined;

/** Tells what happens, and gives what is answered by those whom the word concerns. */
export function say(word: Word, ...facts: unknown[]): unknown[] {
  if (spy) spy(word, ...facts);
  return (listeners[word] || []).map((hear) => attempt(() => hear(...(facts as never[]))));
}

/** From now on, `hear` is told everything. It never throws. */
export function onSay(hear: Hear): void {
  spy = hear;
}

/** From now on, `run` is told the facts of this word; what it returns is its answer. */
export function on<Word extends keyof Words>(word: Word, run: (...facts: Words[Word]) => unknown): void {
  listeners[word] = listeners[word] || [];
  listeners[word].push(run as never);
}
