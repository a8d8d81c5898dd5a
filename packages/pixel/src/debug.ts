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

type Hear = (word: Word, ...facts: never[]) => unknown;

const listeners: Hear[] = [];

/** Tells what happens, and gives what is answered: nothing, by those whom the word does not concern. */
export function say(word: Word, ...facts: unknown[]): unknown[] {
  return listeners.map((hear) => attempt(() => hear(word, ...(facts as never[]))));
}

/** From now on, `hear` is told everything. */
export function onSay(hear: Hear): void {
  listeners.push(hear);
}

/** From now on, `run` is told the facts of this word; what it returns is its answer. */
export function on<Word extends keyof Words>(word: Word, run: (...facts: Words[Word]) => unknown): void {
  onSay((said, ...facts) => (said === word ? run(...(facts as unknown as Words[Word])) : undefined));
}
