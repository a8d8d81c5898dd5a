import { guard, later, listen } from '../guard.ts';
import { capi } from '../pixel.ts';
import { settings } from '../settings.ts';
import type { Feature } from './feature.ts';

/** Changes of the page are looked at together, ms. */
const SCAN_MS = 100;

/**
 * Events without code: `data-capi-event="lead" data-capi-value="20"`, every `data-capi-*` a
 * parameter. Sent on a click, for forms on submit; with `data-capi-on="visible"` once per element,
 * when it comes into view. Elements may be added at any time; in shadow roots only the first two.
 */
const feature: Feature = () => {
  if (!settings.declarative) return;

  const track = ({ dataset }: HTMLElement) => {
    const params: Record<string, unknown> = {};
    for (const key in dataset) {
      const [, first, rest] = /^capi(.)(.*)/.exec(key) || [];
      if (first) params[first.toLowerCase() + rest] = dataset[key];
    }
    capi.track(params.event as string, params);
  };

  for (const type of ['click', 'submit']) {
    listen(type, (event) => {
      const element = (event.composedPath() as HTMLElement[]).find(({ dataset = {}, localName }) => {
        const trigger = dataset.capiOn || (localName === 'form' ? 'submit' : 'click');
        return dataset.capiEvent && trigger === type;
      });
      if (element) track(element);
    });
  }

  const seen = new WeakSet<Element>();
  const observer = new IntersectionObserver(
    guard((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting && !seen.has(target)) {
          seen.add(target);
          track(target as HTMLElement);
        }
      }
    }),
  );
  let scheduled = 0;
  const scan = () => {
    scheduled = 0;
    for (const element of document.querySelectorAll('[data-capi-event][data-capi-on=visible]'))
      observer.observe(element);
  };
  scan();
  new MutationObserver(() => {
    scheduled = scheduled || later(scan, SCAN_MS);
  }).observe(document, { childList: true, subtree: true });
};

export default feature;
