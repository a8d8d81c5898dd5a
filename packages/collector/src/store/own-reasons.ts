/** Reasons of events that the store itself ends, and of those that it puts back. */

/** The browser's own tag has sent it. */
export const TAG_SENT_PAGE_LOAD = 'tag-sent-page-load';

/** Its visitor took the consent back while it waited. */
export const CONSENT_WITHDRAWN = 'consent-withdrawn';

/** Its person was erased while it waited. */
export const ERASED = 'erased';

/** It was never sent in time. */
export const EXPIRED = {
  code: 'Expired',
  message: 'Became too old for the destination before it could be delivered.',
};

/** What it says is lost. */
export const UNREADABLE = {
  code: 'Unreadable',
  message:
    'Its content cannot be read: the database file is damaged. Stop the collector, and save what can be saved with sqlite3 FILE .recover.',
};

/** It waits again because an operator wanted it. */
export const REPLAYED = 'Replayed';

/** Its goal is switched off in the settings. */
export const GOAL_SWITCHED_OFF = 'GoalSwitchedOff';

/** It corrects what waits itself. */
export const ORIGINAL_WAITS = 'OriginalWaits';

/** Of what was put off on purpose: it may wait for as long as it is taken. */
export const ON_PURPOSE: readonly string[] = [GOAL_SWITCHED_OFF, ORIGINAL_WAITS];
