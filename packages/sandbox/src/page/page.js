/** The sandbox's page: asks for the overview whenever the server says that something changed. */

import { el, id, money, none, plural, shortId, time } from './elements.js';
import { adjustmentRow, offlineRow } from './offline.js';
import { requestEntry } from './requests.js';

const byId = (id) => document.getElementById(id);

/** Rows that were shown before do not light up again; undefined until the first showing. */
let shown;

function render(data) {
  const { totals } = data;
  const empty = totals.requests === 0;
  byId('welcome').hidden = !empty;
  if (empty) showInstructions(data.example);
  byId('tiles').replaceChildren(...(empty ? [] : tiles(data)));

  const before = shown;
  shown = new Set();
  const rows = (list, keyOf, rowOf) =>
    list.map((entry) => {
      const key = keyOf(entry);
      shown.add(key);
      const row = rowOf(entry);
      if (before && !before.has(key)) row.className = 'fresh';
      return row;
    });
  // A new copy of a known conversion is news too.
  const copies = ({ uet, capi }) => `${uet}+${capi}`;
  fill(
    'conversions',
    totals.conversions,
    rows(
      data.conversions,
      (c) => JSON.stringify([c.tagId, c.eventName, c.eventId, c.receivedAt, copies(c.copies)]),
      conversionRow,
    ),
  );
  fill(
    'page-loads',
    totals.pageLoads,
    rows(
      data.pageLoads,
      (p) => JSON.stringify([p.tagId, p.mid, p.receivedAt, copies(p.copies)]),
      pageLoadRow,
    ),
  );
  fill(
    'offline',
    totals.offline,
    rows(
      data.offline,
      (o) => `offline ${o.conversionName} ${o.acceptedAt} ${o.clickId} ${o.value}`,
      offlineRow,
    ),
  );
  fill(
    'adjustments',
    totals.adjustments,
    rows(data.adjustments, (a) => `adjustment ${a.conversionName} ${a.acceptedAt} ${a.time}`, adjustmentRow),
  );
  fill('requests', totals.requests, data.requests.map(requestEntry));
}

function showInstructions({ tagId, token }) {
  byId('curl').textContent = `curl ${location.origin}/v1/${tagId}/events \\
  -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' \\
  -d '{"data":[{"eventType":"custom","eventName":"purchase","eventId":"order-1",
       "eventTime":'$(date +%s)',"userData":{"anonymousId":"visitor-1"},
       "customData":{"value":75.3,"currency":"EUR"}}]}'`;
  byId('tag').textContent = `<script>window.uetq = window.uetq || [];</script>
<script src="${location.origin}/bat.js"
  onload="uetq = new UET({ ti: '${tagId}', q: uetq }); uetq.push('pageLoad')"></script>
<script>uetq.push('event', 'purchase', { event_id: 'order-1', revenue_value: 75.3, currency: 'EUR' })</script>`;
}

function fill(name, total, children) {
  byId(`${name}-card`).hidden = total === 0;
  const left = total - children.length;
  byId(`${name}-count`).textContent =
    left > 0 ? `${total.toLocaleString('en')}, newest ${children.length}` : total.toLocaleString('en');
  byId(name).replaceChildren(...children);
}

function tiles({ totals, values }) {
  const sums = Object.entries(values);
  const problems = [
    totals.errors > 0 ? plural(totals.errors, 'error') : null,
    totals.warnings > 0 ? plural(totals.warnings, 'warning') : null,
  ].filter(Boolean);
  return [
    tile('Conversions, each counted once', [totals.conversions.toLocaleString('en')], shares(totals)),
    tile(
      'Value',
      sums.length === 0
        ? ['–']
        : sums.flatMap(([currency, sum], i) => [
            ...(i > 0 ? [el('br')] : []),
            money(sum),
            ' ',
            el('small', {}, currency),
          ]),
      'the first copy of each conversion',
    ),
    tile(
      'Page loads',
      [totals.pageLoads.toLocaleString('en')],
      totals.doubledPageLoads > 0 ? `${totals.doubledPageLoads} would count twice` : 'none would count twice',
      totals.doubledPageLoads > 0 ? 'warn' : '',
    ),
    tile(
      'Requests',
      [totals.requests.toLocaleString('en')],
      problems.join(', ') || 'no errors, no warnings',
      totals.errors > 0 ? 'bad' : totals.warnings > 0 ? 'warn' : '',
    ),
  ];
}

/** How the conversions came: a bar in three parts, and the same in words. */
function shares({ both, uetOnly, capiOnly }) {
  const parts = [
    ['browser', uetOnly, 'browser only'],
    ['both', both, 'both ways'],
    ['server', capiOnly, 'server only'],
  ].filter(([, count]) => count > 0);
  const bar = el('span', { className: 'shares' });
  for (const [kind, count, words] of parts) {
    const part = el('span', { className: kind, title: `${count} ${words}` });
    part.style.flexGrow = count;
    bar.append(part);
  }
  return el('span', {}, bar, parts.map(([, count, words]) => `${count} ${words}`).join(', '));
}

function tile(name, figure, note, kind = '') {
  return el(
    'div',
    { className: `tile ${kind}` },
    el('div', { className: 'name' }, name),
    el('div', { className: 'figure' }, ...figure),
    el('div', { className: 'note' }, note),
  );
}

function conversionRow({ tagId, eventName, eventId, copies, value, currency, msclkid, pageLoadId, ...more }) {
  return el(
    'tr',
    {},
    el(
      'td',
      {},
      el('div', { className: 'event-name' }, eventName ?? '(no name)'),
      eventId === null ? null : el('div', { className: 'none' }, id(eventId)),
      el('div', { className: 'small none' }, `tag ${tagId}`),
      more.warning && el('div', { className: 'warning' }, more.warning),
    ),
    el('td', {}, ways(copies, 1)),
    el('td', { className: 'number value' }, value === null ? none() : `${money(value)} ${currency ?? ''}`),
    el('td', {}, shortId(msclkid)),
    el('td', {}, shortId(pageLoadId)),
    el('td', { className: 'number' }, time(more.receivedAt)),
  );
}

function pageLoadRow({ tagId, mid, url, copies, doubled, receivedAt }) {
  return el(
    'tr',
    {},
    el(
      'td',
      {},
      el('div', { className: 'url' }, url ?? '(no address)'),
      el('div', { className: 'small none' }, `tag ${tagId}`),
    ),
    el('td', {}, ways(copies, doubled ? 2 : 1)),
    el('td', {}, shortId(mid)),
    el('td', { className: 'number' }, time(receivedAt)),
  );
}

/** Browser – count – Server, with what came drawn solid. */
function ways({ uet, capi }, counted) {
  const way = (name, label, copies) =>
    el(
      'span',
      { className: `way ${name} ${copies > 0 ? 'on' : ''}` },
      label,
      copies > 1 ? el('span', { className: 'times', title: 'copies received' }, ` ×${copies}`) : null,
    );
  const bar = (name, copies) => el('span', { className: `bar ${name} ${copies > 0 ? 'on' : ''}` });
  return el(
    'span',
    { className: 'ways' },
    way('browser', 'Browser', uet),
    bar('browser', uet),
    el(
      'span',
      {
        className: `counted ${counted > 1 ? 'twice' : ''}`,
        title: counted > 1 ? 'may count twice' : 'counts once',
      },
      String(counted),
    ),
    bar('server', capi),
    way('server', 'Server', capi),
  );
}

/** One question at a time; a change in between asks once more. */
let asking = false;
let askAgain = false;
async function refresh() {
  if (asking) {
    askAgain = true;
    return;
  }
  asking = true;
  try {
    const answer = await fetch('/_sandbox/overview');
    render(await answer.json());
  } catch {
    live(false);
  } finally {
    asking = false;
    if (askAgain) {
      askAgain = false;
      refresh();
    }
  }
}

function live(is) {
  byId('link').className = is ? 'link live' : 'link';
  byId('link').textContent = is ? 'live' : 'not connected';
}

byId('reset').addEventListener('click', () => fetch('/_sandbox/reset', { method: 'POST' }));
const changes = new EventSource('/_sandbox/changes');
changes.addEventListener('open', () => live(true));
changes.addEventListener('error', () => live(false));
changes.addEventListener('message', refresh);
