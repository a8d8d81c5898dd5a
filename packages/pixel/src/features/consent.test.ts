import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { type FakeName, installFakes } from '../test-support/fake-cmps.ts';
import { acknowledged, useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const CLICK = '292049a17e2413e3a4081719e839afe6';
const EMAIL_HASH = 'aea5a5f1a5b0a2fea1a1f4dd1d2b3d35aea5a5f1a5b0a2fea1a1f4dd1d2b3d35';
/** Longer than any test: where a decision is expected, it was made. */
const NEVER_MS = 60_000;

type State = 'waiting' | 'granted' | 'denied';

/** What the page does, in terms of the fakes, and what is in force then. */
type Step = [script: string, state: State];

beforeEach(() => {
  // A wait that ended by mistake would be seen as granted.
  visits.site.settings = { tagId: '123', consent: { default: 'granted', waitMs: NEVER_MS } };
});

const stateOf = (page: Page): Promise<State> =>
  page.evaluate(() => {
    const context = window.capi?.context().replace(/-/g, '+').replace(/_/g, '/') || '';
    return (context && JSON.parse(atob(context)).g) || 'waiting';
  });

/** Whatever was going to happen in idle time has happened. */
const idle = (page: Page) =>
  page.evaluate(
    () => new Promise<void>((resolve) => requestIdleCallback(() => requestIdleCallback(() => resolve()))),
  );

const stored = (page: Page) =>
  page.evaluate(() =>
    [document.cookie, ...Object.keys(localStorage), ...Object.keys(sessionStorage)].join(''),
  );

const uetqOf = (page: Page) =>
  page.evaluate(() => {
    const { uetq } = window as unknown as { uetq?: { kept?: unknown[] } };
    return JSON.stringify([uetq, uetq?.kept]);
  });

const run = (page: Page, script: string) => page.evaluate(`with (window.fakes) { ${script} }`);

/** Opens a page of a visitor with these platforms, who came by an ad, is known to the site, and does something. */
async function arrive(fakes: FakeName[], head: string): Promise<Page> {
  await installFakes(visits.context, fakes, head);
  visits.site.pages['/first'] = {
    before: `<script>capi.identify({ em: '${EMAIL_HASH}' }); capi.track('early')</script>`,
  };
  const page = await visits.visit(`/first?msclkid=${CLICK}`);
  await page.waitForFunction(() => window.capi?.context());
  return page;
}

/** Plays a time line, and checks at each step what is stored, sent and pushed. */
async function play(fakes: FakeName[], head: string, steps: Step[]): Promise<void> {
  const { site } = visits;
  const page = await arrive(fakes, head);
  await page.evaluate(() => history.pushState({}, '', '/second'));
  let wasGranted = false;
  for (const [script, state] of steps) {
    await run(page, script);
    await waitUntil(`${state} after ${script}`, async () => (await stateOf(page)) === state);
    await idle(page);
    expect([script, await stateOf(page)]).toEqual([script, state]);
    if (state === 'granted') {
      wasGranted = true;
      await waitUntil('two page loads and the event', () => site.events().length === 3);
      await acknowledged(page);
    } else {
      await waitUntil('nothing stored', async () => (await stored(page)) === '');
      if (wasGranted) continue;
      expect(site.requests).toEqual([]);
      const uetq = await uetqOf(page);
      for (const secret of [CLICK, EMAIL_HASH, 'early']) expect(uetq).not.toContain(secret);
    }
  }
  const [early] = site.events('early');
  if (wasGranted) {
    expect(early?.eventSourceUrl).toBe(`${site.url}/first?msclkid=${CLICK}`);
    expect(early?.userData).toMatchObject({ em: EMAIL_HASH });
    expect(early?.userData?.msclkid?.replace(/-/g, '')).toBe(CLICK);
  }
  if ((await stateOf(page)) === 'granted') return;
  if (wasGranted) await waitUntil('the goodbye', () => site.events('consent').length === 1);
  await page.evaluate(() => {
    window.capi?.track('late');
    return window.capi?.flush();
  });
  expect(await stored(page)).toBe('');
  expect(site.events('late')).toEqual([]);
  expect(site.requests.length > 0).toBe(wasGranted);
}

/** The time lines of every platform. */
const LINES: [name: string, steps: Step[]][] = [
  [
    'a new visitor agrees, and takes it back',
    [
      ['', 'waiting'],
      ['FAKE.load()', 'waiting'],
      ['FAKE.answer(true)', 'granted'],
      ['FAKE.answer(false)', 'denied'],
    ],
  ],
  [
    'a new visitor refuses',
    [
      ['FAKE.load()', 'waiting'],
      ['FAKE.answer(false)', 'denied'],
    ],
  ],
  ['a returning visitor who agreed', [['FAKE.load(true)', 'granted']]],
  ['a returning visitor who refused', [['FAKE.load(false)', 'denied']]],
];

test.each(
  (
    [
      ['tcf', 'tcf', 'tcf.stub()'],
      ['gpp', 'gpp', ''],
      ['cookiebot', 'cmp', ''],
      ['onetrust', 'cmp', ''],
      ['usercentrics', 'cmp', ''],
      ['usercentrics3', 'cmp', ''],
      ['didomi', 'cmp', ''],
      ['cookieyes', 'cmp', ''],
    ] as const
  ).flatMap(([fake, feature, head]) => LINES.map(([name, steps]) => ({ fake, feature, head, name, steps }))),
)('$fake: $name', async ({ fake, feature, head, steps }) => {
  visits.site.features = ['consent-sources', `consent-${feature}`];
  await play(
    [fake],
    head,
    steps.map(([script, state]): Step => [script.replace('FAKE', fake), state]),
  );
});

const DENY = "preset('denied')";

test.each<[name: string, sources: string, head: string, steps: Step[]]>([
  [
    'UET: agreed before bat.js, a late default, taken back after it',
    'uet',
    `uet.${DENY}`,
    [
      ['', 'waiting'],
      ['uet.answer(true)', 'granted'],
      [`uet.${DENY}`, 'granted'],
      ['uet.load()', 'granted'],
      [`uet.${DENY}`, 'granted'],
      ['uet.answer(false)', 'denied'],
    ],
  ],
  ['UET: agreed on an earlier page', 'uet', `uet.${DENY}; uet.answer(true)`, [['', 'granted']]],
  ['UET: refused before bat.js', 'uet', `uet.${DENY}`, [['uet.answer(false)', 'denied']]],
  [
    'UET: agreed after bat.js',
    'uet',
    `uet.${DENY}`,
    [
      ['uet.load()', 'waiting'],
      ['uet.answer(true)', 'granted'],
    ],
  ],
  ['UET: agreed, and bat.js was there before us', 'uet', 'uet.answer(true); uet.load()', [['', 'granted']]],
  [
    'GCM: agreed without Google’s tag, a late default, taken back',
    'gcm',
    `gcm.${DENY}`,
    [
      ['', 'waiting'],
      ['gcm.answer(true)', 'granted'],
      [`gcm.${DENY}`, 'granted'],
      ['gcm.answer(false)', 'denied'],
    ],
  ],
  [
    'GCM: the page replaces dataLayer',
    'gcm',
    `gcm.${DENY}`,
    [
      ['window.dataLayer = []; gcm.answer(true)', 'granted'],
      ['gcm.answer(false)', 'denied'],
    ],
  ],
  ['GCM: agreed on an earlier page', 'gcm', `gcm.${DENY}; gcm.answer(true)`, [['', 'granted']]],
  [
    'GCM: refused on an earlier page, Google’s tag was there before us',
    'gcm',
    `gcm.${DENY}; gcm.answer(false); gcm.load()`,
    [['', 'denied']],
  ],
  [
    'GCM: Google’s tag comes later, a template answers past dataLayer',
    'gcm',
    `gcm.${DENY}`,
    [
      ['gcm.load()', 'waiting'],
      ['gcm.push({ event: "gtm.dom" })', 'waiting'],
      ['gcm.answerByTemplate(true)', 'granted'],
      ['gcm.answerByTemplate(false)', 'denied'],
    ],
  ],
  [
    'TCF: without a stub, late; asked again, then refused',
    'tcf',
    '',
    [
      ['', 'waiting'],
      ['tcf.load(true)', 'granted'],
      ['tcf.reopen(true)', 'granted'],
      ['tcf.answer(false)', 'denied'],
    ],
  ],
  [
    'TCF: calls back before it knows anything',
    'tcf',
    'tcf.stub()',
    [
      ['tcf.begin()', 'waiting'],
      ['tcf.load(true)', 'granted'],
    ],
  ],
  [
    'TCF: agreed, but not to Microsoft',
    'tcf',
    'tcf.stub()',
    [['tcf.load(); tcf.answer(true, false)', 'denied']],
  ],
  [
    'TCF: the site allows Microsoft no storage',
    'tcf',
    'tcf.stub()',
    [['tcf.load(); tcf.restrict(1, 0)', 'denied']],
  ],
  [
    'TCF: the site asks for what storage does not know, legitimate interest',
    'tcf',
    'tcf.stub()',
    [['tcf.load(); tcf.restrict(1, 2)', 'denied']],
  ],
  [
    'TCF: the site asks for consent, which is given',
    'tcf',
    '',
    [['tcf.load(); tcf.restrict(1, 1)', 'granted']],
  ],
  ['TCF: the site restricts another purpose', 'tcf', '', [['tcf.load(); tcf.restrict(3, 0)', 'granted']]],
  ['TCF: does not apply', 'tcf', 'tcf.stub()', [['tcf.load(undefined, { applies: false })', 'granted']]],
  [
    'TCF refuses, GCM agrees',
    'gcm tcf',
    'tcf.stub(); gcm.answer(true)',
    [
      ['', 'waiting'],
      ['tcf.load(false)', 'denied'],
    ],
  ],
  [
    'GCM refuses, TCF agrees',
    'gcm tcf',
    `tcf.stub(); gcm.${DENY}`,
    [
      ['tcf.load(true)', 'waiting'],
      ['gcm.answer(false)', 'denied'],
    ],
  ],
  [
    'TCF and GCM agree, one after the other; one is enough to take it back',
    'gcm tcf',
    `tcf.stub(); gcm.${DENY}`,
    [
      ['tcf.load()', 'waiting'],
      ['gcm.answer(true)', 'waiting'],
      ['tcf.answer(true)', 'granted'],
      ['gcm.answer(false)', 'denied'],
    ],
  ],
  [
    'GPP: no section applies, TCF decides',
    'gpp tcf',
    'tcf.stub()',
    [
      ['gpp.sections({}, [-1])', 'waiting'],
      ['tcf.load(true)', 'granted'],
    ],
  ],
  [
    'GPP: a section of a state as one object',
    'gpp',
    '',
    [
      ['gpp.sections({ usca: { SaleOptOut: 2, SharingOptOut: 2 } }, [8])', 'granted'],
      ['gpp.sections({ usca: { SaleOptOut: 2, SharingOptOut: 1 } }, [8])', 'denied'],
    ],
  ],
  [
    'GPP: the browser’s Global Privacy Control is binding',
    'gpp',
    '',
    [
      ['gpp.gpc()', 'denied'],
      ["capi.consent('granted')", 'denied'],
    ],
  ],
])('%s', async (_, sources, head, steps) => {
  const names = sources.split(' ') as FakeName[];
  visits.site.features = ['sources', ...names].map((name) => `consent-${name}`);
  await play(names, head, steps);
});

test('OneTrust: that the banner was closed says nothing before the groups are there', async () => {
  visits.site.features = ['consent-sources', 'consent-cmp'];
  await play(['onetrust'], '', [
    ['onetrust.begin()', 'waiting'],
    ["onetrust.begin(',,')", 'waiting'],
    ['onetrust.load(true)', 'granted'],
  ]);
});

test('UET: a tag that tells of a change before it has made it', async () => {
  visits.site.features = ['consent-sources', 'consent-uet'];
  await play(['uet'], `uet.${DENY}; uet.load()`, [
    ['', 'waiting'],
    ['uet.answerLate(true)', 'granted'],
  ]);
});

test('UET: by the cookie that turns the tag off all is denied, whatever else is said', async () => {
  visits.site.features = ['consent-sources', 'consent-uet'];
  const optOut = "if (location.protocol === 'http:') document.cookie = '_uetmsdns=1'";
  const page = await arrive(['uet'], `${optOut}; uet.answer(true)`);
  await run(page, "capi.consent('granted'); capi.track('asked')");
  await page.evaluate(() => window.capi?.flush());
  expect(await stateOf(page)).toBe('denied');
  expect(await stored(page)).toBe('_uetmsdns=1');
  expect(visits.site.requests).toEqual([]);
});

test('an explicit call overrides every source', async () => {
  visits.site.features = ['consent-sources', 'consent-gcm', 'consent-tcf'];
  const page = await arrive(['gcm', 'tcf'], 'tcf.stub(); gcm.answer(false)');
  await run(page, 'tcf.load(false)');
  expect(await stateOf(page)).toBe('denied');
  await run(page, "capi.consent('granted'); capi.track('asked')");
  await waitUntil('the event', () => visits.site.events('asked').length === 1);
  await run(page, 'tcf.answer(false); gcm.answer(false)');
  expect(await stateOf(page)).toBe('granted');
  await acknowledged(page);
});

test('when nobody answers, the source’s default counts, and erases nothing', async () => {
  visits.site.features = ['consent-sources', 'consent-gcm'];
  const head = "location.pathname === '/first' ? gcm.answer(true) : gcm.preset('denied')";
  const page = await arrive(['gcm'], head);
  await waitUntil('the visitor', () => visits.site.events('early').length === 1);
  await acknowledged(page);
  const [known] = visits.site.events('early');
  await page.close();

  visits.site.settings.consent = { default: 'granted', waitMs: 0 };
  const second = await visits.visit('/second');
  await waitUntil('the end of the wait', async () => (await stateOf(second)) === 'denied');
  await idle(second);
  await run(second, "gcm.answer(true); capi.track('again')");
  await waitUntil('the event', () => visits.site.events('again').length === 1);
  expect(visits.site.events('again')[0]?.userData).toEqual(
    known?.userData && { ...known.userData, em: undefined },
  );
  expect(visits.site.events('consent')).toEqual([]);
  await acknowledged(second);
});

test('an explicit call that waited for the script comes before a refusal erases', async () => {
  visits.site.features = ['consent-sources', 'consent-gcm'];
  visits.site.pages['/second'] = { before: `<script>capi.consent('granted'); capi.track('again')</script>` };
  const head = "gcm.answer(location.pathname === '/first')";
  const page = await arrive(['gcm'], head);
  await waitUntil('the visitor', () => visits.site.events('early').length === 1);
  await acknowledged(page);
  await page.goto(`${visits.site.url}/second`);
  await waitUntil('the event', () => visits.site.events('again').length === 1);
  await idle(page);
  await page.evaluate(() => window.capi?.flush());
  const [early] = visits.site.events('early');
  const [again] = visits.site.events('again');
  expect(again?.userData?.anonymousId).toBe(early?.userData?.anonymousId);
  expect(visits.site.events('consent')).toEqual([]);
  await acknowledged(page);
});

test('dataLayer keeps its push: what it gives, and who wrapped it after us', async () => {
  visits.site.features = ['consent-sources', 'consent-gcm'];
  const page = await arrive(['gcm'], "gcm.preset('denied')");
  const seen = await page.evaluate(() => {
    const { dataLayer } = window as unknown as { dataLayer: unknown[] };
    const { push } = dataLayer;
    const wrapped: unknown[] = [];
    dataLayer.push = (...entries) => {
      wrapped.push(...entries);
      return push.apply(dataLayer, entries);
    };
    const hostile = new Proxy([], {
      get() {
        throw new Error('hostile');
      },
    });
    const lengths = [dataLayer.push({ event: 'a' }, { event: 'b' }), dataLayer.push(hostile, null)];
    return { lengths, wrapped: wrapped.length, kept: dataLayer.length };
  });
  expect(seen).toEqual({ lengths: [3, 5], wrapped: 4, kept: 5 });
  await run(page, 'gcm.answer(true)');
  await waitUntil('the event', () => visits.site.events('early').length === 1);
  await acknowledged(page);
});

test('where no platform is, nothing is put on the page', async () => {
  const sources = ['sources', 'uet', 'gcm', 'tcf', 'gpp', 'cmp'].map((name) => `consent-${name}`);
  visits.site.features = [...sources, 'own-tag'];
  visits.site.settings.uet = 'own';
  const page = await arrive([], '');
  await page.evaluate(() => window.capi?.consent('denied'));
  const globals = ['dataLayer', 'google_tag_data', '__tcfapi', '__gpp', 'didomiOnReady', 'Didomi'];
  expect(await page.evaluate((names) => names.filter((name) => name in window), globals)).toEqual([]);
});

test('what the page adds to every object is asked nothing, and grants nothing', async () => {
  visits.site.features = ['consent-sources', 'consent-cmp'];
  const page = await arrive(
    [],
    'Object.prototype.pair = function () { window.isAsked = true; return [true, true]; };',
  );
  await page.evaluate(() => dispatchEvent(new Event('UC_UI_INITIALIZED')));
  expect(await stateOf(page)).toBe('waiting');
  expect(await page.evaluate('window.isAsked')).toBeUndefined();
});

test.each<[name: string, uet: 'own' | 'observe', head: string, expected: unknown[]]>([
  ['our own tag takes TCF, and no explicit call', 'own', 'tcf.stub()', ['config', 'tcf', { enabled: true }]],
  [
    'our own tag stays with consent mode where the page has begun it',
    'own',
    'tcf.stub(); uet.preset("denied")',
    ['consent', 'default', { ad_storage: 'denied' }, 'consent', 'update', { ad_storage: 'denied' }],
  ],
  [
    'the page’s tag takes TCF, and no explicit call',
    'observe',
    'tcf.stub(); uetq = ["config", "tcf", { enabled: true }]',
    ['config', 'tcf', { enabled: true }],
  ],
  [
    'the page’s tag knows nothing of TCF',
    'observe',
    'tcf.stub(); uetq = []',
    ['consent', 'update', { ad_storage: 'denied' }],
  ],
])('one signal to UET: %s', async (_, uet, head, expected) => {
  // `own-tag` without `load-script`: the queue stays.
  visits.site.features = ['consent-sources', 'consent-tcf', ...(uet === 'own' ? ['own-tag'] : [])];
  visits.site.settings.uet = uet;
  const page = await arrive(['tcf', 'uet'], head);
  await run(page, "tcf.load(); capi.consent('denied')");
  await idle(page);
  expect(await page.evaluate(() => window.uetq as unknown)).toEqual(expected);
});

test('what our own tag was told in haste, before anybody read its queue, is no word of the page', async () => {
  visits.site.features = ['consent-sources', 'consent-uet', 'consent-gcm', 'own-tag'];
  visits.site.settings.uet = 'own';
  const page = await arrive(['gcm', 'uet'], '');
  await run(page, 'for (const granted of [true, false, true]) gcm.answer(granted)');
  // Beyond the next look into the queue.
  const start = await page.evaluate(() => performance.now());
  await page.waitForFunction((before) => performance.now() - before > 1_000, start);
  expect(await stateOf(page)).toBe('granted');
  const said = await page.evaluate(() =>
    (window.uetq as unknown as unknown[]).filter((word) => word === 'consent'),
  );
  expect(said).toHaveLength(3);
});

test('our own tag hears what the other sources say, and does not answer back', async () => {
  visits.site.features = ['consent-sources', 'consent-uet', 'consent-gcm', 'own-tag'];
  visits.site.settings.uet = 'own';
  const page = await arrive(['gcm', 'uet'], '');
  const told = () => page.evaluate(() => (window.uetq as unknown as { kept: object[] }).kept);
  const expected: unknown[] = [];
  for (const granted of [true, false, true]) {
    await run(page, `gcm.answer(${granted})`);
    const state = granted ? 'granted' : 'denied';
    await waitUntil(state, async () => (await stateOf(page)) === state);
  }
  await run(page, 'uet.load()');
  await idle(page);
  expect(await stateOf(page)).toBe('granted');
  for (const ad_storage of ['granted', 'denied', 'granted'])
    expected.push('consent', 'update', { ad_storage });
  expect(
    (await told()).filter((_, i, all) => [i, i - 1, i - 2].some((j) => all[j] === ('consent' as unknown))),
  ).toEqual(expected);
  await run(page, 'uet.answer(false)');
  await waitUntil('what the page tells the tag', async () => (await stateOf(page)) === 'denied');
});
