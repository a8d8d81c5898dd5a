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
export { createPixel } from './pixel.ts';
export type { EventNamePreset, PixelSettings } from './settings.ts';
