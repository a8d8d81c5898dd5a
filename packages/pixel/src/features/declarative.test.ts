import { beforeEach, expect, test } from 'vitest';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;
const DOWN = '<div style="height: 5000px"></div>';

beforeEach(() => {
  visits.site.features = ['declarative'];
  visits.site.settings = {
    tagId: '123',
    autoPage: false,
    declarative: true,
    consent: { default: 'granted', waitMs: 0 },
  };
});

async function show(body: string) {
  visits.site.pages['/'] = { after: `<body>${body}` };
  const page = await visit();
  await page.evaluate(() => window.capi?.ready);
  return page;
}

const names = () => visits.site.events().map(({ eventName }) => eventName);
const arrived = (...expected: string[]) =>
  waitUntil(expected.join(), () => visits.site.events().length >= expected.length).then(() =>
    expect(names()).toEqual(expected),
  );

test('a click, on both channels, with its parameters', async () => {
  const page = await show(
    `<button data-value="9" data-capi="" data-capi-event="buy" data-capi-value="20.5" data-capi-currency="eur"
      data-capi-transaction-id="T-1" data-capi-event-value="3" data-capi-page-type="cart" data-capi-item-ids="a"><b>go</b></button>`,
  );
  await page.click('b');
  await arrived('buy');
  expect(visits.site.events()[0]?.customData).toEqual({
    value: 20.5,
    currency: 'EUR',
    transactionId: 'T-1',
    eventValue: 3,
    pageType: 'cart',
    itemIds: ['a'],
  });
  const pushed = await page.evaluate(() => JSON.stringify(window.uetq));
  expect(pushed).toContain(`"event","buy",{"event_id":"${visits.site.events()[0]?.eventId}"`);
});

test('whatever the page does with the click, and though it leaves at once', async () => {
  const page = await show(
    `<a href="/next" data-capi-event="go">go</a>
    <script>addEventListener('click', (event) => event.stopPropagation(), true)</script>`,
  );
  await Promise.all([page.waitForURL('**/next'), page.click('a')]);
  await waitUntil('the event', () => visits.site.events('go').length > 0);
  // The next page may send it again: it cannot know what became of the first request.
  expect(new Set(visits.site.events().map(({ eventId }) => eventId)).size).toBe(1);
});

test('a form on submit, a button in it on click, an element around it by its own trigger', async () => {
  const page = await show(
    `<div data-capi-event="box"><form data-capi-event="lead" onsubmit="event.preventDefault()">
      <i>text</i><button data-capi-event="press">go</button></form></div>`,
  );
  await page.click('button');
  await arrived('press', 'lead');
  await page.click('i');
  await arrived('press', 'lead', 'box');
});

test('elements that come later, also in shadow roots; none without a name', async () => {
  const page = await show('<p data-capi-event="">p</p><div id="host"></div>');
  await page.click('p');
  await page.evaluate(() => {
    const root = document.querySelector('#host')!.attachShadow({ mode: 'open' });
    root.innerHTML = '<button data-capi-event="late">go</button>';
  });
  await page.click('button');
  await arrived('late');
});

test('what comes into view: once each, whenever it was added', async () => {
  const page = await show(
    `<p data-capi-event="top" data-capi-on="visible">p</p>${DOWN}<p id="low" data-capi-event="low" data-capi-on="visible" data-capi-value="2">p</p>`,
  );
  await arrived('top');
  await page.evaluate(() => document.querySelector('#low')!.scrollIntoView());
  await arrived('top', 'low');
  expect(visits.site.events('low')[0]?.customData).toEqual({ value: 2 });
  await page.evaluate(() => {
    scrollTo(0, 0);
    document.body.insertAdjacentHTML(
      'afterbegin',
      '<p id="new" data-capi-event="new" data-capi-on="visible">p</p>',
    );
  });
  await arrived('top', 'low', 'new');
  await page.evaluate(() => document.querySelector('#low')!.scrollIntoView());
  await page.click('#low');
  await page.evaluate(() => {
    document
      .querySelector('#low')!
      .insertAdjacentHTML('afterend', '<p data-capi-event="last" data-capi-on="visible">p</p>');
  });
  await arrived('top', 'low', 'new', 'last');
});

test('nothing where an attribute of the script turns it off', async () => {
  visits.site.pages['/'] = {
    script: '<script async src="/m/c.js" data-declarative="false"></script>',
    after: '<body><p data-capi-event="x">p</p>',
  };
  const page = await visit();
  await page.click('p');
  await page.evaluate(() => window.capi?.track('own'));
  await arrived('own');
});
