/**
 * Why the collector itself skips an event: the class that metrics show, and the words for people, or
 * those that they begin with.
 */
export const SKIP_REASONS = {
  consent_denied: 'consent denied',
  consent_withdrawn: 'consent withdrawn',
  shadow_mode: 'shadow mode: nothing is delivered',
  test_event: 'test event: no sandbox is configured',
  bot: 'bot',
  filtered: 'filtered',
  filter_failed: 'filter failed',
  transform_failed: 'transform failed',
  not_attributed: 'no click known (send: attributed)',
  nobody_known: 'neither a click nor a hash known',
  page_loads_never: 'page loads are left to the UET tag (pageLoads: never)',
} as const;
