import { attempt, listen } from '../guard.ts';

/** What the UET tag shows of its page id (`mid`). */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function asMid(value: unknown): string | undefined {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : undefined;
}

/** The tag's page id now: there as soon as the tag is constructed, before its first beacon. */
export function readMid(): string | undefined {
  return asMid(attempt(() => window.uetq!.beaconParams!.mid));
}

/**
 * Tells each beacon of our tag as its parameters. The tag keeps its last 20, so those sent before
 * we came are told first.
 */
export function watchBeacons(tagId: string, seen: (params: URLSearchParams) => void): void {
  const read = (beacon: unknown) => {
    const params = new URLSearchParams(String(beacon).replace(/.*\?/, ''));
    // A second tag on the page has a life of its own.
    if (params.get('ti') === tagId) seen(params);
  };
  attempt(() => {
    for (const beacon of window.uetq!.snippetEventQueue!) read(beacon);
  });
  listen(document, 'UetEvent', (event) => read((event as CustomEvent).detail.uetEvent));
}

/** Tells the page id of each beacon, and whether it was the page load. */
export function watchTag(tagId: string, seen: (mid: string, isPageLoad: boolean) => void): void {
  watchBeacons(tagId, (params) => {
    const mid = asMid(params.get('mid'));
    if (mid) seen(mid, params.get('evt') === 'pageLoad');
  });
}
