import { listen } from '../guard.ts';
import { capi } from '../pixel.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

const FIELDS = 'input[type=email],input[autocomplete~=email i],input[type=tel],input[autocomplete~=tel i]';

/**
 * The e-mail and the phone number that a visitor enters identify the visitor (`identifyForms`):
 * hashed at once, kept in memory, sent with later events and with consent only. Never from a form
 * that asks for a password: who signs in is known to the site, and not always whom the field names.
 * Phone numbers only with their `+`, since the country of others is not known.
 */
const feature: Feature = () => {
  if (!settings.identifyForms) return;
  const read = (event: Event) => {
    const target = event.target as HTMLInputElement;
    const form = target.form || target;
    if (form.querySelector('[type=password]')) return;
    for (const field of target.matches(FIELDS)
      ? [target]
      : target.querySelectorAll<HTMLInputElement>(FIELDS)) {
      const { value } = field;
      if (value.includes('@')) capi.identify({ email: value });
      else if (/^[\s\p{Cf}]*(\+|00)/u.test(value)) capi.identify({ phone: value });
    }
  };
  listen('change', read);
  listen('submit', read);
};

export default feature;
