import { cutEmails } from '../pipeline/scrub/email.ts';
import { cutPhones } from '../pipeline/scrub/phone.ts';

/** Shorter ones are parts of ordinary words: no real key is. */
const MIN_SECRET_CHARS = 6;

const REDACTED = '[redacted]';

/**
 * The last thing that is done to a log line, whoever wrote it: secrets by their value, and what looks
 * like an e-mail address or phone number. An error of the system or a library, or an answer of
 * Microsoft's, may quote anything.
 *
 * @param secrets may become more
 */
export function createLineRedaction(secrets: readonly string[]): (line: string) => string {
  let known = 0;
  let values: string[] = [];
  return (line) => {
    if (secrets.length > known) {
      known = secrets.length;
      values = secrets.filter(({ length }) => length >= MIN_SECRET_CHARS).flatMap(spellings);
      // The longest first: one secret may begin with another.
      values.sort((a, b) => b.length - a.length);
    }
    const unkeyed = values.reduce((text, secret) => text.replaceAll(secret, REDACTED), line);
    return cutPhones(cutEmails(unkeyed));
  };
}

/** As it is, inside JSON, inside JSON inside JSON, and in an address. */
function spellings(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inJsonTwice = JSON.stringify(inJson).slice(1, -1);
  return [...new Set([secret, inJson, inJsonTwice, encodeURIComponent(secret)])];
}
