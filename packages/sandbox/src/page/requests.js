/** The list of requests: a line each, and what is inside once it is opened. */

import { el, plural, time } from './elements.js';

/** By number; they stay open when the list is drawn anew. */
const openRequests = new Set();

export function requestEntry(request) {
  const { number, details, notes, fault, answer, receivedAt } = request;
  const errors = details.filter((detail) => !detail.isWarning).length;
  const warnings = details.length - errors + notes.length;
  const summary = el(
    'summary',
    {},
    el('span', { className: 'mono none' }, String(number)),
    what(request),
    el(
      'span',
      { className: 'chips' },
      fault ? chip('fault switch', 'warn') : null,
      errors > 0 ? chip(plural(errors, 'error'), 'bad') : null,
      warnings > 0 ? chip(plural(warnings, 'warning'), 'warn') : null,
      statusChip(answer),
    ),
    el('span', { className: 'number none' }, time(receivedAt)),
  );
  const entry = el('details', { open: openRequests.has(number) }, summary);
  const show = () => entry.childElementCount === 1 && entry.append(inside(request));
  if (entry.open) show();
  entry.addEventListener('toggle', () => {
    if (entry.open) {
      openRequests.add(number);
      show();
    } else openRequests.delete(number);
  });
  return entry;
}

const chip = (text, kind) => el('span', { className: `chip ${kind}` }, text);

function statusChip(answer) {
  if (!answer) return chip('waiting', '');
  if ('reset' in answer) return chip('connection cut', 'bad');
  return chip(String(answer.status), answer.status < 300 ? 'good' : 'bad');
}

/** A request in words. */
function what({ method, path, events, params }) {
  const [pathname] = path.split('?');
  const line = (strong, rest, kind = '') =>
    el('span', { className: 'what' }, el('b', { className: kind }, strong), ` ${rest}`);
  if (events) {
    const names = [...new Set(events.map((event) => event.eventName || event.eventType || '(no name)'))];
    return line('Conversions API', `${plural(events.length, 'event')}: ${names.join(', ')}`, 'server');
  }
  if (params) {
    const name = params.evt === 'custom' ? params.ea || '(no name)' : params.evt || '';
    return line(pathname === '/action/0' ? 'Browser beacon' : 'Browser note', name, 'browser');
  }
  if (pathname === '/bat.js') return line('bat.js', 'the browser tag');
  if (pathname.startsWith('/p/action/')) return line('Container script', pathname);
  const service = /^\/(Campaign|Customer)Management\/v13\/(.+)/.exec(pathname);
  if (service) return line(`${service[1]} Management`, service[2], 'server');
  if (pathname.includes('/oauth2/')) return line('Sign-in', pathname.split('/').at(-1), 'server');
  return line(method, path);
}

function inside({ method, path, headers, body, params, details, notes, answer }) {
  const block = (title, ...content) => el('div', {}, el('h3', {}, title), ...content);
  return el(
    'div',
    { className: 'inside' },
    details.length + notes.length > 0
      ? block(
          'Errors and warnings',
          el(
            'ul',
            {},
            ...details.map(({ propertyName, errorMessage, errorCode, isWarning }) =>
              el(
                'li',
                { className: isWarning ? 'warning' : 'error' },
                `${propertyName}: ${errorMessage} (${errorCode}${isWarning ? ', field removed' : ''})`,
              ),
            ),
            ...notes.map((note) => el('li', { className: 'warning' }, note)),
          ),
        )
      : null,
    block('Request', el('pre', {}, `${method} ${path}\n${lines(headers)}`)),
    params ? block('Parameters', el('pre', {}, lines(params))) : null,
    body ? block('Body', el('pre', {}, pretty(body))) : null,
    answer && 'status' in answer
      ? block('Answer', el('pre', {}, `${answer.status}\n${lines(answer.headers)}\n\n${pretty(answer.body)}`))
      : null,
  );
}

const lines = (object) =>
  Object.entries(object)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
