import type { EventParams } from '../api.ts';
import { guard, listen } from '../guard.ts';
import { capi } from '../pixel.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/**
 * Events of Google Analytics 4 that have a counterpart at Microsoft. Not page loads, which are
 * counted anyway, nor `refund`, which is no conversion.
 */
const NAMES =
  /^(view_(item|item_list|cart|promotion|search_results)|select_(item|promotion)|add_to_(cart|wishlist)|add_(payment|shipping)_info|remove_from_cart|begin_checkout|purchase|generate_lead|search|sign_up|login)$/;

/** `gtag('event', name, params)`, or what a tag manager is told. */
type Entry = ArrayLike<unknown> & { event?: unknown; ecommerce?: unknown };

interface DataLayer extends Array<Entry> {
  push(...entries: Entry[]): number;
}

/**
 * What the page tells Google's `dataLayer` becomes events on both channels (`ga4`): what is there
 * already, then what is pushed. The names of their parameters are understood by `track`.
 */
const feature: Feature = () => {
  if (!settings.ga4) return;
  const page = window as unknown as { dataLayer?: DataLayer };
  let followed: DataLayer | undefined;

  const read = guard((entry: Entry) => {
    const [name, params] =
      entry[0] === 'event' ? [entry[1], entry[2]] : [entry.event, entry.ecommerce || entry];
    if (NAMES.test(name as string)) capi.track(name as string, params as EventParams);
  });
  const follow = () => {
    page.dataLayer = page.dataLayer || [];
    const layer = page.dataLayer;
    if (layer === followed) return;
    followed = layer;
    const { push } = layer;
    layer.push = function (...entries) {
      entries.forEach(read);
      return push.apply(this, entries);
    };
    layer.forEach(read);
  };
  // After the calls that waited for the script: what they say of the visitor holds for these events.
  Promise.resolve().then(guard(follow));
  // Old snippets replace the list.
  listen('DOMContentLoaded', follow);
  listen('load', follow);
};

export default feature;
