import { memoize } from '../../memoize.ts';
import { scrubId, scrubText, scrubUrl } from './scrub.ts';

/**
 * Titles, names, user agents and most addresses are the same in many events, and searching one costs
 * several µs. Texts in which nothing was found are remembered; one with an identity in it never is.
 */
const nothingFound = (scrubbed: string, text: string) => scrubbed === text;

/** `scrubId` for what many events share: an article's number, a user agent. */
export const scrubCode: (code: string) => string = memoize(scrubId, nothingFound);

interface Scrubs {
  text(plain: string): string;
  url(plain: string): string;
}

const byCountry = new Map<string | undefined, Scrubs>();

/**
 * `scrubText` and `scrubUrl` of a country.
 *
 * @param country ISO 3166, of the config: there are few
 */
export function scrubsFor(country: string | undefined): Scrubs {
  let scrubs = byCountry.get(country);
  if (!scrubs) {
    scrubs = {
      text: memoize((plain) => scrubText(plain, country), nothingFound),
      url: memoize((plain) => scrubUrl(plain, country), nothingFound),
    };
    byCountry.set(country, scrubs);
  }
  return scrubs;
}
