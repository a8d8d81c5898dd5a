import { origin } from './settings.js';

/** Longest beacon address, characters after a further encoding of its percent signs. */
const MAX_URL_LENGTH = 4096;

/** What is cut or dropped from an address that is too long, in this order. */
const CUT_ORDER = ['r', 'el2', 'ec2', 'ea2', 'page_location', 'page_path', 'kw', 'p', 'tl', 'items'];

/** The last beacons are kept for whoever asks. */
const KEPT_BEACONS = 20;

const queryOf = (params) =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${value}&`)
    .join('');

/**
 * Without ad storage Microsoft's tag talks to another host. The sandbox is one host, so the address
 * names the one that would have been used in `host`; nothing else is added to a beacon.
 */
function address(tag, path, query) {
  const host = tag.uetConfig.enableAdStorage ? '' : '&host=bat.bing.net';
  return `${origin}${path}?${query.replace(/&$/, '')}${host}`;
}

/** A page-load or custom beacon: an image, then the `UetEvent` that tells the page of it. */
export function fireBeacon(tag, params) {
  const all = { ...tag.beaconParams, ...params };
  let query = queryOf(all);
  for (const name of CUT_ORDER) {
    if (encodeURI(address(tag, '/action/0', query)).length <= MAX_URL_LENGTH) break;
    if (!(name in all)) continue;
    if (name === 'r') all.r = String(all.r).split('?')[0];
    else if (name.endsWith('2')) all[name] = '';
    else delete all[name];
    query = queryOf(all);
  }
  loadImage(tag, address(tag, '/action/0', query));
  tag.snippetEventQueue.push(query);
  if (tag.snippetEventQueue.length > KEPT_BEACONS) tag.snippetEventQueue.shift();
  announce(tag, 'UetEvent', { uetEvent: query });
}

/** The hashed e-mail or phone in a beacon of its own; no `UetEvent`. */
export function firePid(tag, pid) {
  if (tag.uetConfig.msDns) return;
  tag.beaconParams.bo += 1;
  const params = tag.withConsent({ ...tag.beaconParams, evt: 'pid', pid });
  loadImage(tag, address(tag, '/action/0', queryOf(params)));
}

/** A note about the page (consent, pageHide, dedup): no event. */
export function firePing(tag, evt, extra = {}) {
  if (tag.uetConfig.msDns) return;
  tag.beaconParams.bo += 1;
  const url = address(tag, '/actionp/0', queryOf(tag.withConsent({ ...tag.beaconParams, evt, ...extra })));
  if (!navigator.sendBeacon?.(url)) loadImage(tag, url);
}

/** A bubbling event from inside the page, so that it is heard on `document`. */
export function announce(tag, name, detail) {
  tag.invisibleDiv?.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

function loadImage(tag, url) {
  const image = document.createElement('img');
  image.width = 0;
  image.height = 0;
  image.alt = '';
  image.style.display = 'none';
  image.src = `${url}&rn=${Math.floor(Math.random() * 1_000_000)}`;
  tag.invisibleDiv?.append(image);
}
