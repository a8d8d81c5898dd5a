import { on } from '../debug.ts';
import type { Feature } from './feature.ts';

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
 * For the features that load a script, by the word `load`. With the page's nonce, also where the
 * page asks for Trusted Types: the policy is `capi`. Nothing is loaded where the page allows no such policy.
 */
const feature: Feature = () => {
  on('load', (url, properties) => {
    const { trustedTypes } = window as { trustedTypes?: PolicyFactory };
    if (trustedTypes && !policy)
      policy = trustedTypes.createPolicy('capi', { createScriptURL: (address) => address });
    const src = policy ? policy.createScriptURL(url) : url;
    const script = document.createElement('script');
    const { nonce } = document.querySelector<HTMLScriptElement>('script[nonce]') || script;
    document.head.append(Object.assign(script, { src, nonce }, properties));
  });
};

export default feature;
