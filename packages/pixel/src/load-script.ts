/** A Trusted Types factory: not in every browser. */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/**
 * Loads a script with the page's nonce, also where the page asks for Trusted Types: the policy is
 * `capi`. Throws where the page allows no such policy.
 *
 * @param properties of the script element
 */
export function loadScript(url: string, properties: object): void {
  const { trustedTypes } = window as { trustedTypes?: PolicyFactory };
  const src = trustedTypes
    ? trustedTypes.createPolicy('capi', { createScriptURL: () => url }).createScriptURL(url)
    : url;
  const script = document.createElement('script');
  const { nonce } = document.querySelector<HTMLScriptElement>('script[nonce]') || script;
  document.head.append(Object.assign(script, { src, nonce }, properties));
}
