import { expect, test } from 'vitest';
import { needsConsent } from './region.ts';

/** Places of the EEA, the United Kingdom and Switzerland that have a time zone of their own name. */
const INSIDE =
  `Africa/Ceuta America/Cayenne America/Guadeloupe America/Marigot America/Martinique Arctic/Longyearbyen
  Asia/Famagusta Asia/Nicosia Atlantic/Azores Atlantic/Canary Atlantic/Madeira Atlantic/Reykjavik Europe/Amsterdam
  Europe/Athens Europe/Belfast Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Bucharest Europe/Budapest
  Europe/Busingen Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Lisbon Europe/Ljubljana Europe/London
  Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Mariehamn Europe/Nicosia Europe/Oslo Europe/Paris Europe/Prague
  Europe/Riga Europe/Rome Europe/Sofia Europe/Stockholm Europe/Tallinn Europe/Vaduz Europe/Vienna Europe/Vilnius
  Europe/Warsaw Europe/Zagreb Europe/Zurich Indian/Mayotte Indian/Reunion`.split(/\s+/);

const OUTSIDE =
  `Africa/Cairo America/Caracas America/Cayman America/Guatemala America/Mexico_City America/New_York
  Asia/Istanbul Asia/Tokyo Atlantic/Bermuda Australia/Sydney Europe/Astrakhan Europe/Belgrade Europe/Chisinau
  Europe/Istanbul Europe/Kaliningrad Europe/Kiev Europe/Kirov Europe/Kyiv Europe/Minsk Europe/Moscow
  Europe/Podgorica Europe/Samara Europe/Sarajevo Europe/Saratov Europe/Simferopol Europe/Skopje Europe/Tirane
  Europe/Tiraspol Europe/Ulyanovsk Europe/Uzhgorod Europe/Volgograd Europe/Zaporozhye Indian/Maldives
  Pacific/Auckland US/Pacific`.split(/\s+/);

/** Names that tell no place, and none at all. */
const UNTOLD = ['', undefined, 'UTC', 'GMT', 'CET', 'EST', 'Etc/UTC', 'Etc/GMT+5'];

test.each([...INSIDE, ...UNTOLD])('%s needs consent', (zone) => {
  expect(needsConsent(zone)).toBe(true);
});

test.each(OUTSIDE)('%s does not', (zone) => {
  expect(needsConsent(zone)).toBe(false);
});
