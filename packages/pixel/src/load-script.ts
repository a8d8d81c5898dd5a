interface Policy {
  createScriptURL(url: string): string;
}

/** A Trusted Types factory: not in every browser. */
interface PolicyFactory {
  createPolicy(name: string, rules: Policy): Policy;
}

/** Made once: a page that names the policies it allows takes each name once. */
let policy: Policy | undefined;

/**
 * Loads a script with the page's nonce, also where the page asks for Trusted Types: the policy is
 * `capi`. Throws where the page allows no such policy.
 *
 * @param properties of the script element
 */
export function loadScript(url: string, properties: object): void {
  const { trustedTypes } = window as { trustedTypes?: PolicyFactory };
  if (trustedTypes && !policy)
    policy = trustedTypes.createPolicy('capi', { createScriptURL: (address) => address });
  const src = policy ? policy.createScriptURL(url) : url;
  const script = document.createElement('script');
  const { nonce } = document.querySelector<HTMLScriptElement>('script[nonce]') || script;
  document.head.append(Object.assign(script, { src, nonce }, properties));
}
