import { type Explained, explainCollector, explainTag, type Surroundings, titleOf } from './explain.ts';
import type { Entry, EventRecord } from './journal.ts';
import { show } from './mask.ts';
import { STYLE } from './style.ts';

/**
 * The overlay. In a shadow tree, so that neither page nor overlay styles the other; everything that
 * comes from the page is set as text.
 */

export interface Panel {
  /** Shows or hides it; it is in the document only while it is shown. */
  open(on: boolean): void;
  /** Adds an entry, or brings it up to date. */
  show(entry: Entry): void;
}

export interface PanelOptions {
  around(): Surroundings;
  /** What is true of the whole page; empty values are not known. */
  facts(): Record<'tag' | 'page' | 'visitor' | 'click', string | undefined>;
  close(): void;
}

/** Older entries leave the list. */
const MAX_ENTRIES = 200;

const HOST = 'capi-debug';

export function createPanel({ around, facts, close }: PanelOptions): Panel {
  const host = document.createElement(HOST);
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];

  const panel = element('section', 'panel');
  panel.setAttribute('aria-label', 'uet-capi: events of this page');
  const title = element('h2', '', 'uet-capi');
  const toggle = element('button', '', 'Collapse');
  toggle.setAttribute('aria-expanded', 'true');
  toggle.setAttribute('aria-controls', 'body');
  const closer = element('button', '', 'Close');
  const header = element('header');
  header.append(title, toggle, closer);
  const body = element('div', 'body');
  body.id = 'body';
  // Scrollable by keyboard.
  body.tabIndex = 0;
  const factList = element('dl', 'facts');
  const list = element('ol');
  const empty = element('p', 'empty', 'No event so far.');
  body.append(factList, list, empty);
  panel.append(header, body);
  root.append(panel);

  toggle.addEventListener('click', () => {
    const collapsed = panel.classList.toggle('collapsed');
    toggle.textContent = collapsed ? 'Expand' : 'Collapse';
    toggle.setAttribute('aria-expanded', String(!collapsed));
  });
  closer.addEventListener('click', close);

  const rows = new Map<Entry, Row>();
  let scheduled = false;
  const refresh = () => {
    scheduled = false;
    const now = around();
    const { tag, page, visitor, click } = facts();
    define(factList, [
      ['consent', now.consent || 'not decided: events wait'],
      ['UET tag', `${tag}, ${now.tagLoaded ? 'loaded' : 'not loaded'}`],
      ['page id', page || '–', true],
      ['visitor', visitor || '–', true],
      ['click id', click || '–', true],
    ]);
    for (const row of rows.values()) row.update(now);
    title.textContent = `uet-capi · ${now.consent || 'consent open'}`;
    empty.hidden = rows.size > 0;
  };
  /** Not in the middle of the pixel's work, and once for all that is said in one task. */
  const schedule = () => {
    if (!scheduled) setTimeout(refresh);
    scheduled = true;
  };

  return {
    open(on) {
      if (on) document.documentElement.append(host);
      else host.remove();
      schedule();
    },
    show(entry) {
      if (!rows.has(entry)) {
        const row = entry.kind === 'event' ? eventRow(entry) : remarkRow(entry.at, entry.text);
        rows.set(entry, row);
        list.prepend(row.item);
        for (const [oldest, { item }] of rows) {
          if (rows.size <= MAX_ENTRIES) break;
          item.remove();
          rows.delete(oldest);
        }
      }
      schedule();
    },
  };
}

interface Row {
  item: HTMLElement;
  update(around: Surroundings): void;
}

function remarkRow(at: number, text: string): Row {
  const item = element('li', 'remark');
  item.append(timeOf(at), element('span', '', text));
  return { item, update: () => {} };
}

function eventRow(record: EventRecord): Row {
  const item = element('li');
  const details = element('details');
  const summary = element('summary');
  const tag = element('span', 'badge');
  const collector = element('span', 'badge');
  const badges = element('span', 'badges');
  badges.append(tag, collector);
  summary.append(timeOf(record.at), element('span', 'name', titleOf(record)), badges);
  const list = element('dl');
  details.append(summary, list);
  item.append(details);
  return {
    item,
    update(around) {
      const byTag = explainTag(record, around);
      const byCollector = explainCollector(record, around);
      badge(tag, 'UET', byTag);
      badge(collector, 'collector', byCollector);
      define(list, [
        ['UET tag', byTag[2]],
        ['collector', byCollector[2]],
        ['event id', show(record.id) || 'not settled', true],
        ['page id', record.pageLoadId || 'not settled', true],
        ['consent', record.consent || around.consent || 'not decided'],
        ['identity', record.identity.join(', ') || 'none'],
        ['parameters', show(record.params), true],
        ...record.notes.map((note): Definition => ['note', note]),
      ]);
    },
  };
}

function badge(target: HTMLElement, channel: string, [tone, short]: Explained): void {
  target.className = `badge ${tone}`;
  target.textContent = `${channel}: ${short}`;
}

type Definition = [term: string, text: string, isId?: boolean];

function define(list: HTMLElement, definitions: Definition[]): void {
  const nodes = definitions.flatMap(([term, text, isId]) => [
    element('dt', '', term),
    element('dd', isId ? 'id' : term === 'note' ? 'notes' : '', text),
  ]);
  // Nothing is touched that has not changed: a selection in it stays.
  if (list.textContent !== nodes.map(({ textContent }) => textContent).join(''))
    list.replaceChildren(...nodes);
}

function timeOf(at: number): HTMLElement {
  return element('time', '', new Date(at).toTimeString().slice(0, 8));
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = '',
  text = '',
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
