import { clickId } from '../capture/click-id.ts';
import { granted } from '../capture/consent.ts';
import { writeCookie } from '../capture/cookie.ts';
import { later, listen } from '../guard.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

const PROBE = '_capi_probe';

/**
 * Links and forms to the site's other domains (`linkDomains`) carry the click id, for their pages
 * to land with. Added the moment before the browser reads the address and taken off right after, so
 * that nothing stays in the page; without dashes, since Microsoft's tag keeps no longer ones.
 *
 * Limit: what a script does by `location` or `form.submit()`, and `formaction`, go without it.
 */
const feature: Feature = () => {
  /** The widest domain that has our cookies; empty where only the host itself takes them. */
  const cookieDomain = () => {
    const domain = writeCookie(PROBE, '1', 1);
    writeCookie(PROBE);
    return domain;
  };
  const lead = (element: Element, attribute: string) => {
    // Attributes, since a field of the form may be called `action` or `method`.
    const before = element.getAttribute(attribute) as string;
    const address = new URL(before, document.baseURI);
    const isIn = (domain: string) => `.${address.hostname}`.endsWith(`.${domain}`);
    const id =
      String(settings.linkDomains).split(',').some(isIn) &&
      granted() &&
      // Else the cookie is there anyway.
      !isIn(cookieDomain() || location.hostname) &&
      !/[?&#]msclkid=/i.test(before) &&
      !element.querySelector('[name=msclkid]') &&
      clickId();
    if (!id) return;
    const value = id.replace(/-/g, '');
    if (attribute === 'action' && !/post/i.test(element.getAttribute('method') as string)) {
      // A GET replaces the query of the address by the fields.
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name: 'msclkid', value });
      element.append(field);
      later(() => field.remove());
    } else {
      address.search += `${address.search && '&'}msclkid=${value}`;
      element.setAttribute(attribute, address.href);
      later(() => {
        if (element.getAttribute(attribute) === address.href) element.setAttribute(attribute, before);
      });
    }
  };
  for (const type of ['click', 'auxclick', 'contextmenu']) {
    listen(type, (event) => {
      const path = event.composedPath() as Element[];
      const link = path.find(({ localName }) => /^a(rea)?$/.test(localName));
      if (link) lead(link, 'href');
    });
  }
  listen('submit', ({ target }) => lead(target as Element, 'action'));
};

export default feature;
