import { ESCAPE, REMOVED } from './email.ts';

/**
 * What opens a door rather than naming a person: session ids, reset tokens, keys. They are
 * recognised by the name of their parameter, and JSON Web Tokens by their shape. Searches begin at
 * a separator, and names are bounded, so hostile text costs linear time.
 */

/** `?name=value`, `name=value` in a text, and `;name=value` in a path, behind which `?name=` may begin. */
const PARAMETER = /(^|[?&#;\s])([^\s=?&#;]{1,64})(=)((?:[^\s?&#;]|\?(?![^\s=?&#;]{1,64}=))+)/g;

/** The same inside an address that is itself a parameter. */
const ESCAPED_PARAMETER = new RegExp(
  `(${ESCAPE}(?:3F|26|23|3B))([^\\s=?&#;%]{1,64})(${ESCAPE}3D)((?:(?!${ESCAPE}(?:26|23|3B))[^\\s&#;])+)`,
  'gi',
);

/** Three parts (five when encrypted), of which the first is a JSON object in base64: `{"` is `eyJ`. */
const JSON_WEB_TOKEN = /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*){1,3}/g;

/** Words of a parameter's name of which one is enough: `reset_token`, `userPassword`. */
const SECRET_WORDS = new Set(
  (
    'token password passwort passwd pwd passcode passphrase secret session sessionid sessid phpsessid ' +
    'jsessionid sid jwt otp auth authorization bearer credential credentials csrf xsrf apikey accesskey ' +
    'signature sig'
  ).split(' '),
);

/** Where a name is written without any break: `accesstoken`. */
const SECRET_ENDING = /(?:token|password|secret|sessionid|apikey)$/;

/** `key` alone opens something (the order page of WooCommerce); `sort_key` does not. */
const KEY_NAME = /^(?:(?:api|access|auth|login|order|private|secret) )?key$/;

/** Names of parameters that hold a phone number, whatever its form. */
const PHONE_NAME = /phone|telefon|msisdn|(?:^|[^a-z])(?:tel|mobile|cell|handy)(?:$|[^a-z])/i;

/** `?phone=Galaxy+S23` is a product. */
const MIN_PHONE_DIGITS = 7;

/** Part of every name above: nearly all texts have none of them. */
const MAY_BE_NAMED =
  /tok|pass|pwd|secret|sess|sid|jwt|otp|auth|bearer|cred|csrf|xsrf|key|sig|phone|tel|msisdn|mobile|cell|handy/i;

/** The text without tokens, and without the values of parameters that hold secrets or phone numbers. */
export function cutSecrets(text: string): string {
  const cut = text.includes('eyJ') ? text.replace(JSON_WEB_TOKEN, REMOVED) : text;
  if (!MAY_BE_NAMED.test(cut)) return cut;
  const plain = cut.includes('=') ? cut.replace(PARAMETER, withoutSecret) : cut;
  return plain.includes('%') ? plain.replace(ESCAPED_PARAMETER, withoutSecret) : plain;
}

function withoutSecret(whole: string, separator: string, name: string, equals: string, value: string) {
  return isSecret(name, value) ? separator + name + equals + REMOVED : whole;
}

function isSecret(name: string, value: string): boolean {
  if (PHONE_NAME.test(name)) return digitsIn(value) >= MIN_PHONE_DIGITS;
  const words = wordsOf(name);
  return (
    words.some((word) => SECRET_WORDS.has(word) || SECRET_ENDING.test(word)) || KEY_NAME.test(words.join(' '))
  );
}

/** `user[resetToken]` is `user`, `reset`, `token`; escapes are separators. */
function wordsOf(name: string): string[] {
  return name
    .replace(/%[0-9a-f]{2}/gi, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
}

function digitsIn(value: string): number {
  return value.replace(/%[0-9a-f]{2}/gi, ' ').replace(/\D/g, '').length;
}
