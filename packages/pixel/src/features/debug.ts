import type { Debugged, Said } from '../debug.ts';
import type { Feature } from './feature.ts';

/** Kept until the overlay is there; more than a page says in that time. */
const MAX_SAID = 200;

/** `capi.debug()` and `?capi_debug=1`: shows or hides the overlay, which is loaded the first time. */
const feature: Feature = ({ settings, capi, address, guard, say, onSay, loadScript }) => {
  let said: Said[] | undefined;
  capi.debug = guard((on = true) => {
    if (on && !said) {
      const heard: Said[] = [];
      said = heard;
      onSay((...words) => {
        // Questions are for features.
        if (heard.length < MAX_SAID && !/\?$/.test(words[0])) heard.push([Date.now(), ...words]);
      });
      const url = address(`${settings.scriptPath || 'c.js'}?debug=1`).href;
      loadScript(url, { capi: { capi, settings, said } satisfies Debugged });
    }
    say('debug', on);
  });
  if (/[?&]capi_debug=1/.test(location.search)) capi.debug();
};

export default feature;
