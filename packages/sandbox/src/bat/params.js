import { settings } from './settings.js';

/**
 * The parameters the tag knows, and what each must be. Everything else is dropped silently. Key
 * `beacon`: the name on the wire, where it differs.
 */
export const KNOWN_PARAMS = {};

const define = (names, rule = {}) => {
  for (const name of names.split(' ')) KNOWN_PARAMS[name] = rule;
};

define('page_title page_location page_path ecomm_category ecomm_query ecomm_exp');
define('affiliation brs_response_id checkout_option content_id content_type coupon description fatal method');
define('name screen_name search_term transaction_id rep vid tpp gtm_tag_source');
define('hct_booking_xref hct_partner_hotel_id travel_destid travel_originid flight_destid flight_originid');
define('items.brand items.category items.creative_name items.creative_slot items.id items.list_name');
define('items.location_id items.name items.variant');
define('promotions.creative_name promotions.creative_slot promotions.id promotions.name');
if (settings.eventId) define('event_id');

define('event_action', { beacon: 'ea' });
define('event_category', { beacon: 'ec' });
define('event_label', { beacon: 'el' });
define('ecomm_prodid', { beacon: 'prodid' });

define('event_value', { type: 'number', beacon: 'ev' });
define('revenue_value', { type: 'number', beacon: 'gv' });
define('ecomm_totalvalue hct_base_price hct_total_price travel_totalvalue flight_totalvalue', {
  type: 'number',
});
define('shipping tax items.price items.quantity', { type: 'number' });
define('checkout_step items.list_position', { type: 'integer' });
define('hct_length_of_stay', { type: 'nights' });
define('hct_checkin_date hct_checkout_date travel_startdate travel_enddate', { type: 'date' });
define('flight_startdate flight_enddate', { type: 'date' });
define('currency', { type: 'currency', beacon: 'gc' });
define('new_customer', { type: 'truthy', beacon: 'nca' });

const HOTEL_PAGES = 'home searchresults offerdetail conversionintent conversion';
define('ecomm_pagetype', {
  type: 'enum',
  beacon: 'pagetype',
  values: 'home searchresults category product cart purchase other'.split(' '),
});
define('hct_pagetype', {
  type: 'enum',
  values: `${HOTEL_PAGES} property cart purchase cancel other`.split(' '),
});
define('travel_pagetype', { type: 'enum', values: `${HOTEL_PAGES} cancel other`.split(' ') });
define('flight_pagetype', {
  type: 'enum',
  values: 'home searchresults offerdetail cart purchase cancel other'.split(' '),
});

define('items promotions', { type: 'array' });
define('pid', { type: 'object' });
define('pid.em pid.ph', { type: 'pid' });
define('pid.email', { type: 'pid', beacon: 'em' });
define('pid.phone_number', { type: 'pid', beacon: 'ph' });

/** All that a page load may carry: no `event_id` among them. */
export const PAGE_LOAD_PARAMS = [
  'page_title',
  'page_location',
  'page_path',
  'rep',
  'tpp',
  'gtm_tag_source',
  'pid',
];

/** Well-known events take these parameters from `push('set', …)` when the event lacks them. */
export const PARAMS_FROM_SET = {
  add_to_cart: ['revenue_value', 'currency', 'items'],
  add_to_wishlist: ['revenue_value', 'currency', 'items'],
  begin_checkout: ['revenue_value', 'currency', 'items', 'coupon'],
  checkout_progress: ['revenue_value', 'currency', 'items', 'coupon', 'checkout_step', 'checkout_option'],
  exception: ['description', 'fatal'],
  generate_lead: ['revenue_value', 'currency', 'transaction_id'],
  login: ['method'],
  page_view: PAGE_LOAD_PARAMS,
  purchase: ['transaction_id', 'revenue_value', 'currency', 'tax', 'shipping', 'items', 'coupon'],
  refund: ['transaction_id', 'revenue_value', 'currency', 'tax', 'shipping', 'items'],
  remove_from_cart: ['revenue_value', 'currency', 'items'],
  screen_view: ['screen_name'],
  search: ['search_term'],
  select_content: ['items', 'promotions', 'content_type', 'content_id'],
  set_checkout_option: ['checkout_step', 'checkout_option'],
  share: ['method', 'content_type', 'content_id'],
  sign_up: ['method'],
  view_item: ['items'],
  view_item_list: ['items'],
  view_promotion: ['promotions'],
  view_search_results: ['search_term'],
};

/** Keys that mark an old single-object event. */
export const LEGACY_KEYS = ['ec', 'el', 'ev', 'ea', 'gv', 'gc', 'prodid', 'pagetype'];
