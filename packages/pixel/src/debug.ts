import type { Capi } from './api.ts';
import { loadScript } from './load-script.ts';
import type { PixelSettings } from './settings.ts';

/**
 * What the pixel says of its work, for those who debug: a code word and what it is about. The words
 * are explained by a script of its own (`overlay/`), loaded when it is asked for.
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

/** Kept until the overlay is there; more than a page says in that time. */
const MAX_SAID = 200;

/** Nobody listens, and nothing is kept, until `debug` was called. */
let said: Said[] | undefined;

/** Tells the overlay, while debugging. */
export function say(...words: unknown[]): void {
  if (said && said.length < MAX_SAID) said.push([Date.now(), ...words]);
}

/** Shows or hides the overlay; loads it the first time, from `url`. */
export function debug(on: boolean, url: string, capi: Capi, settings: PixelSettings): void {
  if (on && !said) {
    said = [];
    loadScript(url, { capi: { capi, settings, said } satisfies Debugged });
  }
  say('debug', on);
}
