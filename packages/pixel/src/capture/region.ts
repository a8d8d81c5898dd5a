/**
 * Time zones where consent must be asked for: EEA, United Kingdom, Switzerland with their outlying
 * parts in the IANA names, and names that tell no place (`UTC`, `Etc/…`, `CET`). European zones
 * outside (Russia, Turkey, Ukraine, Balkans, …) are excepted by their first letters.
 */
const CONSENT_ZONES =
  /^(?!.*\/)|^Etc|^Europe\/(?!As|Belg|Ch|Ist|K[aiy]|Mi|Mos|Pod|Sa|Si|Sk|Ti|U[lz]|Vol|Zap)|^A(rctic|tlantic\/(Az|Can|Fa|Jan|Mad|Rey)|sia\/(Fam|Nic)|frica\/Ceu|merica\/(Caye|Guad|Mari|Mart))|^Indian\/(May|Reu)/;

/** Whether consent is denied by default for a visitor of this time zone; true when it is unknown. */
export function needsConsent(timeZone: string | undefined): boolean {
  return CONSENT_ZONES.test(timeZone || '');
}
