/**
 * Countries where Microsoft's own tag takes a visitor who was not asked for one who said no: the
 * European Economic Area, the United Kingdom and Switzerland (help page on UET consent).
 */
const ASKING = new Set(
  (
    'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK ' + 'IS LI NO GB CH'
  ).split(' '),
);

/** @param country ISO 3166 alpha-2, upper case; where it is not known, the visitor counts as asked for */
export function asksForConsent(country: string | undefined): boolean {
  return country === undefined || ASKING.has(country);
}
