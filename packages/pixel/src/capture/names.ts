import { NAME_PRESETS, PAGE_NAMES } from '@uet-capi/protocol/names';
import { asList, type PixelSettings } from '../settings.ts';

type EventNames = PixelSettings['eventNames'];

/** The name for both channels. */
export function mapName(name: string, eventNames: EventNames): string {
  const maps: Record<string, unknown>[] =
    eventNames && typeof eventNames === 'object' && !Array.isArray(eventNames)
      ? [eventNames]
      : asList(eventNames).map((preset) => NAME_PRESETS[preset as keyof typeof NAME_PRESETS] || {});
  for (const map of maps) {
    const other = map[name];
    // A string: `constructor` is a member of every map.
    if (other && typeof other === 'string') return other;
  }
  return name;
}

/** Whether this name always means a page load. */
export function isPageName(name: string): boolean {
  return PAGE_NAMES.includes(name);
}

/** Whether Segment's parameter names are read too. */
export function likeSegment(eventNames: EventNames): boolean {
  return asList(eventNames).includes('segment');
}
