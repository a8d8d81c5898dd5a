import type { Capi } from './api.ts';
import { featuresOf } from './features-of.ts';
import { startPixel } from './pixel.ts';
import { configure, type PixelSettings } from './settings.ts';

export type {
  Capi,
  ConsentDecision,
  EventParams,
  IdentifyParams,
  PixelContext,
  PixelState,
  TrackOptions,
  Uetq,
} from './api.ts';
export type { EventNamePreset, PixelSettings } from './settings.ts';

/** A running pixel with everything that its settings can ask for. One per page. */
export function createPixel(settings: PixelSettings): Capi {
  configure(settings);
  return startPixel(featuresOf(settings));
}
