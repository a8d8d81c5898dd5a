import { NAME_PRESETS, PAGE_NAMES } from '@uet-capi/protocol/names';
import { asList, type PixelSettings } from '../settings.ts';

type EventNames = PixelSettings['eventNames'];

/** A longer name or id is a mistake of the page, characters. */
const MAX_NAME = 255;

/** A short text, or undefined. */
export function asName(value: unknown): string | undefined {
  const name = typeof value === 'number' ? `${value}` : value;
  return typeof name === 'string' && name.trim() && name.length <= MAX_NAME ? name : undefined;
}

/** Whether this name always means a page load. */
export function isPageName(name: string): boolean {
  return PAGE_NAMES.includes(name);
}

/** The name for both channels. */
export function mapName(name: string | undefined, eventNames: EventNames): string | undefined {
  if (!name || !eventNames || isPageName(name)) return name;
  const presets = asList(eventNames).map((preset) => NAME_PRESETS[preset as keyof typeof NAME_PRESETS]);
  const map: Record<string, string> = Object.assign({}, ...presets, presets[0] || eventNames);
  // Own entries only: `constructor` is a member of every map.
  return Object.keys(map).includes(name) ? map[name] : name;
}

/** Whether Segment's parameter names are read too. */
export function likeSegment(eventNames: EventNames): boolean {
  return asList(eventNames).includes('segment');
}
