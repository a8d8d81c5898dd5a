/**
 * What the sandbox decides about the copy it serves; `bat-script.ts` replaces the text by
 * `{ eventId, holdMs }`.
 *
 * - `eventId`: false makes the tag drop `event_id`, as builds before 2026 do.
 * - `holdMs`: how long beacons wait for the container script, ms. Microsoft's tag waits 1,500.
 */
export const settings = '__SETTINGS__';

/** Where this script came from: beacons go back there. Microsoft's tag has its hosts built in. */
export const origin = new URL(document.currentScript.src).origin;
