/**
 * E-mail addresses and phone numbers, in every form in which they may stand in an event, and how to
 * find them again whatever became of them.
 */

/** In every address; nothing else in the test has it. */
const NAME = 'leakmark';
const DOMAIN = 'planted.example';

/** German mobile number without its country code or `0`, and a North American one. */
const MOBILE = '15207070707';
const AREA = '415';
const LINE = '207-0707';

const email = (n: number) => `${NAME}.n${n}@${DOMAIN}`;
const percent = (text: string) =>
  [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64url');

/** Forms that are recognised everywhere, in ids too. */
export const CERTAIN: readonly ((n: number) => string)[] = [
  email,
  (n) => email(n).toUpperCase(),
  (n) => email(n).replace('@', '%40'),
  (n) => email(n).replace('@', '%2540'),
  (n) => email(n).replace('@', '%40').replace('.example', '%2Eexample'),
  (n) => percent(email(n)),
  (n) => email(n).replace('@', '＠'),
  (n) => email(n).replace('@', '&#64;'),
  (n) => email(n).replace('@', '\\u0040'),
  (n) => email(n).replace('ed.', 'ed\u200b.'),
  (n) => base64(email(n)),
  (n) => base64(JSON.stringify({ user: email(n) })),
  (n) => `mailto:${email(n)}`,
  () => `+49${MOBILE}`,
  () => `+49 ${MOBILE.slice(0, 4)} ${MOBILE.slice(4)}`,
  () => `%2B49${MOBILE}`,
  () => `tel:0${MOBILE}`,
  () => `(${AREA}) ${LINE}`,
  () => `＋４９${[...MOBILE].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('')}`,
];

/** Forms that only free text is searched for. */
export const WRITTEN: readonly ((n: number) => string)[] = [
  () => `0${MOBILE}`,
  () => `0${MOBILE.slice(0, 4)} ${MOBILE.slice(4)}`,
  () => `0049 ${MOBILE.slice(0, 4)} ${MOBILE.slice(4)}`,
  () => `${AREA}-${LINE}`,
];

/** Whatever is left of any form above holds one of these, as bytes in UTF-8, in any case. */
export const MARKS: readonly string[] = [
  NAME,
  'planted',
  percent('leak'),
  percent('7070'),
  base64(NAME).slice(0, -1),
  base64(`{"user":"${NAME}`).slice(0, -2),
  MOBILE,
  MOBILE.slice(4),
  LINE,
  '７０７０７０７',
].map((mark) => Buffer.from(mark).toString('latin1').toLowerCase());

/** The first mark in these bytes. */
export function findMark(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1').toLowerCase();
  const mark = MARKS.find((candidate) => text.includes(candidate));
  if (mark === undefined) return undefined;
  const at = text.indexOf(mark);
  return `${mark} in …${text.slice(Math.max(0, at - 200), at + 60)}…`;
}
