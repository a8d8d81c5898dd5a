import { mapName, NAME_PRESETS } from '../capture/names.ts';
import { aliases } from '../capture/params.ts';
import { on } from '../debug.ts';
import { type EventNamePreset, settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/** Segment's names for the same parameters. */
const SEGMENT = { transactionId: ['order_id'], value: ['total'], items: ['products'] };

/** The setting `eventNames`: presets by name, or a map. */
const feature: Feature = () => {
  const resolve = () => {
    const { eventNames } = settings;
    // A map gives a name that is no preset.
    const names = String(eventNames).split(',') as EventNamePreset[];
    const maps = names.map((name) => NAME_PRESETS[name]).filter(Boolean);
    if (names.includes('segment')) Object.assign(aliases, SEGMENT);
    return maps[0] ? Object.assign({}, ...maps) : eventNames;
  };
  on('name?', (name) => mapName(name, resolve()));
  resolve();
};

export default feature;
