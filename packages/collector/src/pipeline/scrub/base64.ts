import { cutEmails, REMOVED } from './email.ts';
import { cutPhones } from './phone.ts';

/**
 * Identity in base64, as newsletters and shops put it into their links (`?u=am9obkBjb250b3NvLmNvbQ`).
 * A run of the alphabet is decoded as a whole; nearly every id turns out to be no text at all.
 */

/** The shortest address (`jo@ab.de`) has this many letters in base64. Both alphabets, without `/`. */
const RUN = /(?<![\w+-])[\w+-]{11,}(?:=|%3D){0,2}/gi;

/** A capital behind a small letter or digit: base64 of text has some, words and hexadecimal ids have none. */
const MAY_BE_BASE64 = /[a-z\d][A-Z]/;

const CONTROL = /[\p{Cc}\ufffd]/u;

export function cutBase64(text: string): string {
  if (!MAY_BE_BASE64.test(text)) return text;
  return text.replace(RUN, (run) => (hidesIdentity(run) ? REMOVED : run));
}

function hidesIdentity(run: string): boolean {
  if (!MAY_BE_BASE64.test(run)) return false;
  const decoded = Buffer.from(run, 'base64').toString();
  return !CONTROL.test(decoded) && cutPhones(cutEmails(decoded)) !== decoded;
}
