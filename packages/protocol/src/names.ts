/** Event names of other vocabularies and what they are called here. Zod-free: the pixel uses it. */

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
export const NAME_PRESETS: Record<'ga4' | 'meta' | 'segment', Record<string, string>> = {
  /** GA4's names are the names used here: nothing to rename. */
  ga4: {},
  meta: META,
  segment: SEGMENT,
};

export type NamePreset = keyof typeof NAME_PRESETS;

/**
 * Name under which the pixel tells that a visitor took the consent back: consent `denied`, the
 * visitor id that it has just erased, and no event id. A notice, not an event of the site.
 */
export const WITHDRAWAL_NAME = 'consent';

/** Names that always mean a page load. */
export const PAGE_NAMES: readonly string[] = ['pageLoad', 'page_view', 'PageView'];
