/**
 * What the token endpoint refuses with, and what to do about it. `error` decides; the AADSTS numbers
 * only make the advice better. Source: Microsoft Advertising "Handle service errors", Entra
 * "Authentication and authorization error codes".
 */

/**
 * - `sign-in`: the grant is dead; a person must sign in.
 * - `config`: the app registration or a setting is wrong.
 * - `retry`: Microsoft's fault, later it may work.
 * - `slow-down`: we ask too often.
 */
export type RefusalClass = 'sign-in' | 'config' | 'retry' | 'slow-down';

export interface Refusal {
  class: RefusalClass;
  /** What to do, for the operator. */
  advice: string;
}

const SIGN_IN = 'run `uet-capi auth login`';

const BY_ERROR: Record<string, Refusal> = {
  invalid_grant: { class: 'sign-in', advice: `the sign-in is no longer good: ${SIGN_IN}` },
  interaction_required: { class: 'sign-in', advice: `Microsoft wants to see the person again: ${SIGN_IN}` },
  consent_required: { class: 'sign-in', advice: `consent is missing: ${SIGN_IN} and agree to it` },
  login_required: { class: 'sign-in', advice: SIGN_IN },
  access_denied: { class: 'sign-in', advice: `the sign-in was declined: ${SIGN_IN}` },
  invalid_client: {
    class: 'config',
    advice: 'check the client id and the client secret of the app registration',
  },
  unauthorized_client: {
    class: 'config',
    advice: 'check ads.clientId and the account types of the app registration',
  },
  invalid_request: { class: 'config', advice: 'check the app registration: client id, secret, redirect URI' },
  invalid_scope: { class: 'config', advice: 'the app registration may not ask for msads.manage' },
  invalid_resource: { class: 'config', advice: 'Microsoft Advertising is not known to this tenant' },
  unsupported_grant_type: {
    class: 'config',
    advice: 'check ads.oauthUrl: it does not look like Microsoft’s sign-in',
  },
  temporarily_unavailable: { class: 'retry', advice: 'Microsoft’s sign-in has an outage' },
  server_error: { class: 'retry', advice: 'Microsoft’s sign-in has an outage' },
};

const BY_CODE: Record<number, Refusal> = {
  50196: { class: 'slow-down', advice: 'Microsoft sees a loop of refreshes' },
  90055: { class: 'slow-down', advice: 'the tenant is throttled' },
  50057: { class: 'sign-in', advice: `the user is disabled: ${SIGN_IN} as another one` },
  50034: { class: 'sign-in', advice: `the user does not exist in this tenant: ${SIGN_IN} as another one` },
  50194: { class: 'config', advice: 'register the app as multi-tenant, with personal accounts' },
  7000215: { class: 'config', advice: 'the client secret is wrong: set the value, not its id' },
  7000222: {
    class: 'config',
    advice: 'the client secret has expired: make a new one in the app registration',
  },
  7000218: { class: 'config', advice: 'the app is a web app: set its client secret' },
  700025: { class: 'config', advice: 'the app is public: unset the client secret' },
  700016: { class: 'config', advice: 'ads.clientId is unknown: copy the application (client) id' },
  50011: { class: 'config', advice: 'add the redirect URI to the app registration' },
  650052: { class: 'config', advice: 'an admin must add Microsoft Advertising to the tenant' },
  50173: { class: 'sign-in', advice: `the password was changed: ${SIGN_IN}` },
  700082: { class: 'sign-in', advice: `90 days without use: ${SIGN_IN}` },
  65001: { class: 'sign-in', advice: `consent was withdrawn or never given: ${SIGN_IN} and agree to it` },
  50076: { class: 'sign-in', advice: `multi-factor authentication is demanded: ${SIGN_IN}` },
  50079: { class: 'sign-in', advice: `multi-factor authentication must be set up: ${SIGN_IN}` },
};

/** Codes that say more than the error beside them: they decide alone. */
const DECISIVE: ReadonlySet<number> = new Set([50196, 90055, 50057, 50034, 50194]);

const UNKNOWN: Refusal = { class: 'retry', advice: 'the answer of the sign-in is not a known one' };

/**
 * @param error the OAuth name
 * @param codes AADSTS numbers
 */
export function refusalOf(error: string, codes: readonly number[]): Refusal {
  const decisive = codes.find((code) => DECISIVE.has(code));
  if (decisive !== undefined) return BY_CODE[decisive]!;
  const general = BY_ERROR[error] ?? UNKNOWN;
  const special = codes.map((code) => BY_CODE[code]).find((one) => one?.class === general.class);
  return special ?? general;
}
