import { LEGACY_KEYS } from './params.js';

/**
 * The array that pages fill before the tag exists. `push('event', name, params)` leaves three
 * entries in it, so the reader has to find the calls again.
 *
 * Read twice: first for `set`, `consent` and `config`, and for events when the page load was sent.
 * Each call goes through `tag.push`, which the page may have wrapped by then.
 */
export function replayQueue(tag, early) {
  const { evq } = tag;
  let command;
  let name;
  for (let i = 0; i < evq.length; i++) {
    const entry = evq[i];
    if (typeof entry === 'object' && entry !== null) {
      replayObject(tag, command, name, entry, early);
      command = name = undefined;
    } else if (typeof entry === 'string') {
      if (command !== undefined && name !== undefined) {
        // Two words and no object behind them: a call without parameters.
        if (!early) tag.push(command, name, {});
        command = name = undefined;
      }
      if (command !== undefined) name = entry;
      else if (['set', 'consent', 'config', 'event'].includes(entry)) command = entry;
      const last = i === evq.length - 1;
      if (last && !early && command === 'event' && name !== undefined) tag.push(command, name, {});
    } else {
      command = name = undefined;
    }
  }
}

function replayObject(tag, command, name, params, early) {
  if (command === 'set') {
    if (early) tag.push(command, params);
  } else if (command === 'consent' || command === 'config') {
    if (early && name !== undefined) tag.push(command, name, params);
  } else if (early) {
    // An event waits for the page load.
  } else if (command === 'event') {
    if (name === undefined) return;
    const legacy = LEGACY_KEYS.some((key) => Object.hasOwn(params, key));
    tag.push(command, name, legacy ? {} : params);
    if (legacy) tag.push(params);
  } else {
    tag.push(params);
  }
}
