import type { Debugged, Said } from '../debug.ts';
import { WORDS, type Word } from '../words.ts';
import { explainCollector, explainTag, type Surroundings, titleOf } from './explain.ts';
import { createJournal, type Entry } from './journal.ts';
import { show } from './mask.ts';
import { createPanel } from './panel.ts';
import { hasLoaded, watchTag } from './tag-watch.ts';

/**
 * The debug script, `debug.js`: explains on the console and in an overlay what the pixel says. The
 * pixel loads it when it is asked for, and hands itself over as a property of the script element.
 */
function start({ capi, settings, said }: Debugged): void {
  let on = false;
  const around = (): Surroundings => ({ consent: contextOf(capi.context()).g || '', tagLoaded: hasLoaded() });

  /** The console of the page may be of its own making. */
  const print = (...words: unknown[]) => {
    try {
      if (on) console.info('[capi]', ...words);
    } catch {
      // Then the overlay has to do.
    }
  };
  const explain = (entry: Entry, what: 'new' | 'collector' | 'tag' | 'note') => {
    if (entry.kind === 'remark') return print(entry.text);
    const name = `${titleOf(entry)} ${show(entry.id)}`.trim();
    if (what === 'new') print(`${name}: captured.`, show(entry.params), ...entry.notes);
    if (what === 'new' && !around().consent) print(`${name}: ${explainCollector(entry, around())[2]}`);
    if (what === 'collector') print(`${name} → collector: ${explainCollector(entry, around())[2]}`);
    if (what === 'tag') print(`${name} → UET tag: ${explainTag(entry, around())[2]}`);
    if (what === 'note') print(`${name}: ${entry.notes[entry.notes.length - 1]}`);
  };

  const panel = createPanel({
    around,
    facts: () => {
      const { a, c, p } = contextOf(capi.context());
      return { tag: `${settings.tagId} (${settings.uet || 'observe'})`, page: p, visitor: a, click: c };
    },
    close: () => capi.debug(false),
  });
  const journal = createJournal({
    hasTag: () => settings.uet !== 'off',
    now: () => Date.now(),
    changed(entry, what) {
      explain(entry, what);
      panel.show(entry);
    },
  });

  const take = ([at, said, ...about]: Said) => {
    const word = typeof said === 'number' ? WORDS[said] : said;
    // Said in the middle of the pixel's work: nothing in here may disturb it.
    try {
      if (word === 'debug') {
        on = !!about[0];
        panel.open(on);
      }
      journal.take([at, word as Word, ...about]);
    } catch {
      // The next entry is explained again.
    }
    return 0;
  };
  said.splice(0).forEach(take);
  said.push = take;
  watchTag(String(settings.tagId), {
    beacon: (params) => journal.beacon(params),
    failed: (message) =>
      journal.remark(`The UET tag threw: ${show(message)}. It may send nothing more on this page.`),
  });
}

/** See `PixelContext`; without content where the pixel has none. */
function contextOf(text: string): { a?: string; c?: string; p?: string; g?: string } {
  try {
    return JSON.parse(atob(text.replace(/-/g, '+').replace(/_/g, '/')));
  } catch {
    return {};
  }
}

const given = (document.currentScript as { capi?: Debugged } | null)?.capi;
if (given) start(given);
