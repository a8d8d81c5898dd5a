import { read } from '../attempt.ts';
import { on, say } from '../debug.ts';
import { later } from '../guard.ts';
import { load, save } from '../queue/store.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/**
 * Older builds of `bat.js` drop the event id. Then Microsoft cannot know the collector's copy for
 * the same event, and would count it again: a double count is worse than a missing copy.
 *
 * What is known of the tag, from the beacons of this page, else from those of the last days; and
 * what happens to the collector's copy of an event that was pushed to the tag:
 *
 * | known          | the tag              | the copy                                       |
 * |----------------|----------------------|------------------------------------------------|
 * | keeps ids      |                      | goes                                           |
 * | nothing        | sent it with its id  | goes; from now on the tag keeps ids            |
 * | nothing        | sent it without      | withheld; from now on the tag drops ids        |
 * | nothing        | not there after 2 s  | goes: blocked, or none on this page            |
 * | nothing        | there, silent for 2 s| goes: disabled, or it died of a page's mistake |
 * | nothing        | the page ends first  | goes: most likely no beacon will leave either  |
 * | drops ids      | sends any with an id | goes; from now on the tag keeps ids            |
 * | drops ids      | anything else        | withheld                                       |
 *
 * Events of one name stand for each other: without its id a beacon cannot be told from another.
 */

const STORAGE_KEY = '_capi_ids';

/** Microsoft may serve another build any day; a visitor who is back after longer is asked anew. 7 days in ms. */
const REMEMBER_MS = 604_800_000;

/** The tag holds its beacons back for up to 1.5 s after it has loaded. */
const WAIT_MS = 2_000;

const tagIds: Feature = () => {
  const started = Date.now();
  let tagSince = 0;
  /** A look at the clock is due. */
  let timer = 0;
  /** Whether the tag keeps ids. Null: the storage was not asked yet. */
  let known: boolean | undefined | null = null;
  /** This page's beacons said so. */
  let isProven = false;
  /** A beacon had an id. */
  let isKept = false;
  /** Names of events that the tag sent without one. */
  const bare = new Set<string>();

  on('beacon', (params, isLive) => {
    if (params.get('evt') !== 'custom') return;
    if (params.get('event_id')) isKept = true;
    // Those sent before we came may never have had one, like those in the tag's old form.
    else if (isLive && params.get('en')) bare.add(params.get('ea') || '');
    // The tag may be in the middle of several.
    later(() => say('go?'));
  });

  on('copy?', ({ eventName: name = '' }, leaving) => {
    if (known === null) {
      const [tag, verdict, at = 0] = load<[tag: unknown, verdict: boolean, at: number]>(STORAGE_KEY) || [];
      known = tag === settings.tagId && Date.now() - at < REMEMBER_MS ? verdict : undefined;
    }
    if (isKept || bare.has(name)) {
      isProven = true;
      if (known !== isKept) {
        known = isKept;
        say('tag keeps ids', known);
        save(STORAGE_KEY, JSON.stringify([settings.tagId, known, Date.now()]));
      }
    }
    if (known || isProven) return known as boolean;
    const now = Date.now();
    if (!tagSince && read(window.uetq, 'beaconParams')) tagSince = now;
    const rest = (tagSince || started) + WAIT_MS - now;
    if (rest <= 0 || leaving) return known !== false;
    timer =
      timer ||
      later(() => {
        timer = 0;
        say('go?');
      }, rest);
    return 'wait';
  });
  on('erased', () => {
    known = undefined;
  });
};

export default tagIds;
