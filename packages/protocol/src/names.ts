/** Event names with a meaning of their own. Zod-free: the pixel uses it. */

/**
 * Name under which the pixel tells that a visitor took the consent back: consent `denied`, the
 * visitor id that it has just erased, and no event id. A notice, not an event of the site.
 */
export const WITHDRAWAL_NAME = 'consent';

/** Names that always mean a page load. */
export const PAGE_NAMES: readonly string[] = ['pageLoad', 'page_view', 'PageView'];
