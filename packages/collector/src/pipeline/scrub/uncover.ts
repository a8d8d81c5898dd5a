/**
 * Text as a person would read it: escapes undone, letters that only look different made the same.
 * What is found in it was hidden in the text, by a client's encoding or on purpose.
 */

/** An address inside an address inside an address, in a page that escaped it for HTML. */
const MAX_LAYERS = 6;

/** What a text must hold for anything to be hidden in it. */
const COVER = /[\u0080-\uffff]|%[0-9a-f]{2}|&[#\w]|\\[ux]/i;

const FOREIGN = /[\u0080-\uffff]/;

const ESCAPE = /%[0-9a-f]{2}/i;

const PERCENT_RUN = /(?:%[0-9a-f]{2})+/gi;
const HTML_NUMBER = /&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi;
const HTML_NAME = /&(amp|commat|period|plus|lowbar|colon|sol|equals|num|quest|nbsp);/gi;
const SCRIPT_ESCAPE = /\\(?:u00|x)([0-9a-f]{2})/gi;

const HTML_CHARACTERS: Record<string, string> = {
  amp: '&',
  commat: '@',
  period: '.',
  plus: '+',
  lowbar: '_',
  colon: ':',
  sol: '/',
  equals: '=',
  num: '#',
  quest: '?',
  nbsp: ' ',
};

/** Signs that are written and not seen: zero-width spaces, soft hyphens, marks of direction. */
const INVISIBLE = /\p{Cf}/gu;

const DASHES = /[\u2010-\u2015\u2212]/g;

/** The text without its covers; the text itself where it has none. */
export function uncover(text: string): string {
  if (!COVER.test(text)) return text;
  // Where there are escapes, a plus is a space.
  let plain = ESCAPE.test(text) ? text.replaceAll('+', ' ') : text;
  for (let layer = 0; layer < MAX_LAYERS; layer++) {
    const next = unescapeOnce(plain);
    if (next === plain) break;
    plain = next;
  }
  if (!FOREIGN.test(plain)) return plain;
  // Full-width and styled letters become ordinary ones.
  return plain.normalize('NFKC').replace(INVISIBLE, '').replace(DASHES, '-');
}

/** The text with its HTML escapes undone, which stand in the way of an address's own signs. */
export function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text;
  return text
    .replace(HTML_NUMBER, (whole, hex, decimal) =>
      character(hex ? Number.parseInt(hex, 16) : Number(decimal), whole),
    )
    .replace(HTML_NAME, (_, name) => HTML_CHARACTERS[name.toLowerCase()]!);
}

function unescapeOnce(text: string): string {
  const plain = unescapeHtml(text.includes('%') ? text.replace(PERCENT_RUN, decodeRun) : text);
  if (!plain.includes('\\')) return plain;
  return plain.replace(SCRIPT_ESCAPE, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** What is no UTF-8 is at least read as ASCII. */
function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run.replace(/%([0-7][0-9a-f])/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}

function character(code: number, otherwise: string): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}
