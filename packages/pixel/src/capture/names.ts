import { PAGE_NAMES } from '@uet-capi/protocol/names';
import type { EventNamePreset } from '../settings.ts';

/** Event names of other vocabularies and what they are called here. */

const META = {
  ViewContent: 'view_item',
  AddToCart: 'add_to_cart',
  InitiateCheckout: 'begin_checkout',
  Purchase: 'purchase',
  Lead: 'lead',
  Search: 'search',
  SignUp: 'sign_up',
} as const;

const SEGMENT = {
  'Product Viewed': 'view_item',
  'Product Added': 'add_to_cart',
  'Checkout Started': 'begin_checkout',
  'Order Completed': 'purchase',
  'Product Purchased': 'purchase',
  'Lead Generated': 'lead',
  'Products Searched': 'search',
  'Signed Up': 'sign_up',
} as const;

/** The name maps that the setting `eventNames` can name. */
export const NAME_PRESETS: Record<EventNamePreset, Record<string, string>> = {
  /** GA4's names are the names used here: nothing to rename. */
  ga4: {},
  meta: META,
  segment: SEGMENT,
};

/** Whether this name always means a page load. */
function isPageName(name: string): boolean {
  return PAGE_NAMES.includes(name);
}

/** The name for both channels, by the site's map. */
export function mapName(name: string | undefined, map: object = {}): string | undefined {
  // Own entries only: `constructor` is a member of every map.
  const [, mapped] = Object.entries(map).find(([from]) => from === name) || [];
  return name && mapped && !isPageName(name) ? mapped : name;
}
