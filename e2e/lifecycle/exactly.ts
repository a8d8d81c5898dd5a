import type { Page } from '@playwright/test';
import { eventually } from '../fixtures.ts';
import type { LifecycleSite } from './site.ts';

/** The part of the pixel that these tests use. */
export interface PixelWindow {
  capi: { track(name: string, params?: object): string; flush(): Promise<void>; ready: Promise<unknown> };
}

const isMarker = (line: string) => line.endsWith(' custom marker');
/**
 * Does something in the page and expects exactly these requests of each channel: all of them,
 * and nothing else. In any order, since two requests on their way may overtake each other.
 *
 * That nothing else comes is told by markers, events tracked after everything that the deed has set
 * off: both channels keep the order of events. The second marker is for what the tag's answer to
 * the first page load sets off.
 *
 * @param tagged the page has a UET tag that works
 */
export async function exactly(
  { site, page, tagged = true }: { site: LifecycleSite; page: Pick<Page, 'evaluate'>; tagged?: boolean },
  deed: () => Promise<unknown>,
  expected: { collector: string[]; tag: string[] },
): Promise<void> {
  const before = { collector: site.collectorLines().length, tag: site.tagLines().length };
  const seen = (channel: 'collector' | 'tag') =>
    (channel === 'tag' ? site.tagLines() : site.collectorLines()).slice(before[channel]);
  await deed();
  for (const markers of [1, 2]) {
    await page.evaluate(track, 'marker');
    for (const channel of tagged ? (['collector', 'tag'] as const) : (['collector'] as const)) {
      await eventually(() => seen(channel).filter(isMarker).length).toBe(markers);
    }
  }
  const sent = (channel: 'collector' | 'tag') =>
    seen(channel)
      .filter((line) => !isMarker(line))
      .sort();
  await eventually(() => ({ collector: sent('collector'), tag: sent('tag') })).toEqual({
    collector: [...expected.collector].sort(),
    tag: [...expected.tag].sort(),
  });
}

/** In the page: tracks an event once what was there before has had its turn. */
async function track(name: string): Promise<void> {
  const { capi } = window as unknown as PixelWindow;
  await capi.ready;
  // What waits for the end of a task, or for an event of the next one.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setTimeout(resolve));
  capi.track(name);
}
