import { attempt } from '../attempt.ts';
import { consent } from '../capture/consent.ts';
import { cleanParams } from '../capture/params.ts';
import { TAG_NAMES } from '../channels/uetq.ts';
import { on } from '../debug.ts';
import { guard, later, listen } from '../guard.ts';
import { captureCustom } from '../pixel.ts';
import { hasTag, settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/**
 * What the page itself pushes to its UET tag (`uetq.push('event', …)`), directly or by a tag
 * manager, gets an event id and goes to the collector too.
 *
 * The tag's queue is an array at first, and the tag itself once `bat.js` has loaded, which then
 * reads the array through its own `push`. So both are watched, in whatever order they come: an
 * accessor in the place of `window.uetq` sees them before anybody can push. Where the page has
 * declared `uetq` by `var`, no accessor is possible: then a look after each script that has loaded
 * and at each beacon.
 *
 * The page's own parameters are not changed, a copy with the id takes their place. Left alone is
 * what can carry no id, or must not:
 *
 * - what the tag had before we came; old single objects, and what the tag would read as one
 * - page loads, and nameless events without content, which the tag does not send
 * - what is pushed to a tag of another id, and what such a tag took out of the queue first
 * - everything, while the visitor denies
 */

/** Names that make the tag read an event of its array in the old form, which knows no event id. */
const LEGACY_NAME = /^(e[acvl]|g[vc]|prodid|pagetype)$/;

/** Numbers, which the tag takes with thousands separators. */
const NUMBER_NAME = /(value|price)$/;

type Params = Record<string, unknown>;
type Queue = unknown[] & { beaconParams?: { ti?: unknown } };

const mirror: Feature = () => {
  // A single page may turn off what the site's script has in it.
  if (settings.mirror === false || !hasTag()) return;
  const page = window as { uetq?: unknown };
  const watched = new WeakSet<object>();
  /** Parameters of events that came from us, or that were mirrored. */
  const ours = new WeakSet<object>();
  /** Ids that went into the array, and those that a tag of another id took out of it. */
  let queued: string[] = [];
  let lost: string[] = [];
  /** Our names of what the tag names otherwise. */
  const names: Record<string, string> = { ecomm_query: 'searchTerm' };
  for (const name in TAG_NAMES) names[TAG_NAMES[name] as string] = name;

  const isOther = (queue: Queue) =>
    !Array.isArray(queue as unknown) && `${attempt(() => queue.beaconParams!.ti)}` !== `${settings.tagId}`;

  const dataOf = (params: Params) => {
    const data: Params = {};
    const hotelData: Params = {};
    for (const name in params) {
      const [, hotel, plain] = /^(hct_)?(.*)/.exec(names[name] || name) as string[];
      // A name of ours means nothing to the tag.
      if (!(name in TAG_NAMES))
        (hotel ? hotelData : data)[plain as string] = NUMBER_NAME.test(name)
          ? `${params[name]}`.replace(/,/g, '')
          : params[name];
    }
    return cleanParams({ ...data, hotelData });
  };

  /** Mirrors an event, and gives the parameters for the tag; undefined where it is to be left alone. */
  const take = guard((queue: Queue, command: unknown, name: unknown, given: unknown) => {
    if (
      command !== 'event' ||
      typeof name !== 'string' ||
      name === 'page_view' ||
      (given !== undefined && Object(given) !== given) ||
      ours.has(given as object) ||
      consent() === 'denied' ||
      isOther(queue)
    )
      return;
    const isArray = Array.isArray(queue);
    const params: Params = { ...(given as Params) };
    const data = dataOf(params);
    if (!name && !Object.keys(data)[0]) return;
    if (isArray && Object.keys(params).some((key) => LEGACY_NAME.test(key))) return;
    // As the tag does.
    if (name === 'purchase' && data.pageType === name && !('value' in data))
      data.value = data.ecommTotalValue as number;
    const id = captureCustom(name, data, params.event_id, true);
    if (isArray) queued.push(id);
    params.event_id = id;
    ours.add(params);
    return params;
  });

  const watch = guard((queue: Queue) => {
    if (!queue || watched.has(queue)) return;
    watched.add(queue);
    if (Array.isArray(queue)) {
      for (let i = 0; i < queue.length; i++) {
        // A call without parameters left only two entries.
        const given = Object(queue[i + 2]) === queue[i + 2] ? queue[i + 2] : undefined;
        const params = take(queue, queue[i], queue[i + 1], given);
        if (params) queue.splice(i + 2, given ? 1 : 0, params);
      }
    } else {
      if (isOther(queue)) lost = lost.concat(queued);
      queued = [];
    }
    const { push } = queue;
    queue.push = function (...call) {
      const params = take(queue, ...(call as [unknown, unknown, unknown]));
      if (params) call[2] = params;
      // What the tag throws at its caller is the caller's to see.
      return push.apply(this, call);
    };
  });

  const own = Object.getOwnPropertyDescriptor(page, 'uetq');
  let { uetq } = page;
  const look = () => watch(page.uetq as Queue);
  if (!own || (own.configurable && own.writable)) {
    Object.defineProperty(page, 'uetq', {
      configurable: true,
      enumerable: true,
      get: () => uetq,
      set(queue) {
        uetq = queue;
        look();
      },
    });
  } else {
    // On the document: what loads in it is not told to the window.
    listen('load', () => later(look), document);
    on('beacon', look);
  }
  on('uetq', (_command, _name, params) => ours.add(params as object));
  on('copy?', ({ eventId }) => !lost.includes(eventId as string));
  look();
};

export default mirror;
