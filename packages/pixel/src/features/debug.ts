import type { Debugged, Said } from '../debug.ts';
import { onSay, say } from '../debug.ts';
import { guard } from '../guard.ts';
import { capi } from '../pixel.ts';
import { address, settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/** Kept until the overlay is there; more than a page says in that time. */
const MAX_SAID = 1_000;

/** `capi.debug()` and `?capi_debug=1`: shows or hides the overlay, which is loaded the first time. */
const feature: Feature = () => {
  let said: Said[] | undefined;
  capi.debug = guard((on = true) => {
    if (on && !said) {
      const heard: Said[] = [];
      said = heard;
      const url = address(`${settings.scriptPath || 'c.js'}?debug=1`).href;
      say('load', url, { capi: { capi, settings, said } satisfies Debugged });
      onSay((...words) => {
        if (heard.length < MAX_SAID) heard.push([Date.now(), ...words]);
      });
    }
    say('debug', on);
  });
  if (/[?&]capi_debug=1/.test(location.search)) capi.debug();
};

export default feature;
