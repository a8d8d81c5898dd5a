const EMAIL = /[^\s@/?&="'<>(]+(@|%40)[^\s@/?&="'<>)]+/gi;

/** With country code, or with an area code in brackets. */
const PHONE = /(\+|%2B)\d[\d\s().%/-]{6,}\d|\(\d+\)[\d\s.-]{6,}\d/gi;

/** The text without what looks like an e-mail address or a phone number: screens and consoles are shared. */
export function mask(text: string): string {
  return text.replace(EMAIL, '(e-mail)').replace(PHONE, '(phone)');
}

/** Any value as a short text. */
export function show(value: unknown): string {
  const text = value instanceof Error ? String(value) : typeof value === 'string' ? value : json(value);
  return mask(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}

/** More of one value tells nobody anything, characters. */
const MAX_SHOWN = 2_000;

/** What JSON has no form for (cycles, functions, symbols) by its name. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
