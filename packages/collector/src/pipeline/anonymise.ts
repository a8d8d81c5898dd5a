/** Fields of a user that say nothing about who it is. */
const HARMLESS = ['clientUserAgent'] as const;

const CLICK_ID_PARAMETER = /([?&#])_?msclkid=[^&#]*&?/gi;

/**
 * An event of somebody who refused: no click id (also not inside addresses), hashes, IP address or
 * customer id, and a throw-away visitor id, since Microsoft demands one identifier.
 *
 * @param throwaway an id used for this event alone
 */
export function anonymise<E extends Record<string, unknown>>(event: E, throwaway: string): E {
  const user = (event.userData ?? {}) as Record<string, unknown>;
  return {
    ...event,
    ...withoutClickId(event, 'eventSourceUrl'),
    ...withoutClickId(event, 'referrerUrl'),
    adStorageConsent: 'D',
    userData: {
      anonymousId: throwaway,
      ...Object.fromEntries(
        HARMLESS.flatMap((name) => (user[name] === undefined ? [] : [[name, user[name]]])),
      ),
    },
  };
}

function withoutClickId(event: Record<string, unknown>, name: string): Record<string, unknown> {
  const url = event[name];
  if (typeof url !== 'string') return {};
  return { [name]: url.replace(CLICK_ID_PARAMETER, '$1').replace(/[?&#]+$/, '') };
}
