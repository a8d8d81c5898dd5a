import { eventually, expect } from './fixtures.ts';
import { visitBare } from './lifecycle/bare-chromium.ts';
import { test } from './lifecycle/site.ts';

/** The real thing, in a browser that nobody drives: the pages walk by themselves. */

/**
 * The walk goes on when the collector has acknowledged everything: what a page that ends does not know,
 * the next one sends again.
 */
const onwards = (step: string) => `
  const look = () => {
    if (Object.keys(localStorage).some((key) => key.startsWith('_capi_q'))) setTimeout(look, 50);
    else ${step};
  };
  capi.ready.then(() => capi.flush()).then(look);`;

const withoutTag = { config: { uet: 'off' as const, pageLoads: 'always' as const } };

test.describe('back/forward cache', () => {
  test.use({
    options: {
      ...withoutTag,
      pages: {
        '/first': ({ stub, pixel }) => ({
          html: `<!doctype html>${stub}${pixel}<script>
            ${onwards("location.href = '/second'")}
            addEventListener('pageshow', ({ persisted }) => { if (persisted) setTimeout(() => capi.track('restored')) });
          </script>`,
        }),
        '/second': ({ stub, pixel }) => ({
          html: `<!doctype html>${stub}${pixel}<script>${onwards('history.back()')}</script>`,
        }),
      },
    },
  });

  test('a page restored is a page load again, with an id of its own', async ({ site }) => {
    const endVisit = await visitBare(`${site.url}/first`);
    try {
      await eventually(site.collectorLines).toEqual([
        'collector page load /first',
        'collector page load /second',
        'collector page load /first',
        'collector custom restored',
      ]);
    } finally {
      await endVisit();
    }
    const events = site.bodies.flatMap((body) => JSON.parse(body).data as { pageLoadId: string }[]);
    const [first, second, again, restored] = events.map(({ pageLoadId }) => pageLoadId);
    expect(new Set([first, second, again]).size).toBe(3);
    expect(restored).toBe(again);
  });
});

test.describe('prerendering', () => {
  const rules = (path: string) =>
    `<script type="speculationrules">{"prerender":[{"urls":["${path}"],"eagerness":"immediate"}]}</script>`;
  /** Tells what is stored, once there was time for anything that the pixel puts off. */
  const tell = `addEventListener('load', () => requestIdleCallback(() => setTimeout(() =>
    fetch('/told?stored=' + encodeURIComponent([...Object.keys(localStorage), document.cookie])), 500)));`;

  test.use({
    options: {
      ...withoutTag,
      pages: {
        '/start': () => ({
          html: `<!doctype html>${rules('/next')}<script>
            const look = async () => {
              const prerendered = await (await fetch('/prerendered')).json();
              if (prerendered.includes('/told?stored=')) location.href = '/next';
              else setTimeout(look, 50);
            };
            look();
          </script>`,
        }),
        '/next': ({ stub, pixel }) => ({
          html: `<!doctype html>${stub}${pixel}<script>
            capi.track(document.prerendering ? 'early' : 'not prerendered');
            ${tell}
          </script>`,
        }),
        '/stay': () => ({ html: `<!doctype html>${rules('/next')}` }),
        '/told': () => ({ html: '' }),
      },
    },
  });

  test('a page that is shown after prerendering is one page load', async ({ site }) => {
    const endVisit = await visitBare(`${site.url}/start`);
    try {
      await eventually(site.collectorLines).toEqual(['collector custom early', 'collector page load /next']);
    } finally {
      await endVisit();
    }
    expect(site.prerendered).toEqual(['/next', '/told?stored=']);
  });

  test('a page that is only prerendered is nothing', async ({ site }) => {
    const endVisit = await visitBare(`${site.url}/stay`);
    try {
      await eventually(() => site.prerendered).toEqual(['/next', '/told?stored=']);
    } finally {
      await endVisit();
    }
    expect(site.collectorLines()).toEqual([]);
  });
});
