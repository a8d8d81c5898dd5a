import { NAME_PRESETS } from '@uet-capi/protocol/names';
import type { Feature } from './feature.ts';

/** Segment's names for the same parameters. */
const SEGMENT = { transactionId: ['order_id'], value: ['total'], items: ['products'] };

/** Presets in the setting `eventNames`, by name: the core knows maps alone. */
const feature: Feature = ({ settings, capi, aliases }) => {
  const resolve = () => {
    // A map gives a name that is no preset.
    const names = String(settings.eventNames).split(',') as (keyof typeof NAME_PRESETS)[];
    const maps = names.map((name) => NAME_PRESETS[name]).filter(Boolean);
    if (maps[0]) settings.eventNames = Object.assign({}, ...maps);
    if (names.includes('segment')) Object.assign(aliases, SEGMENT);
  };
  const { init } = capi;
  capi.init = (over) => {
    init(over);
    resolve();
  };
  resolve();
};

export default feature;
