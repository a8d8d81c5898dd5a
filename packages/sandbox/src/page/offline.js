/** Rows of offline conversions and of adjustments. */

import { el, id, money, none, shortId, time } from './elements.js';

const amount = (value, currency) => (value === null ? none() : `${money(value)} ${currency ?? ''}`);

const FATES = { waiting: 'waits for attribution', attributed: 'attributed to a click' };

export function offlineRow(row) {
  const { conversionName, conversionTime, clickId, hashedEmailAddress, hashedPhoneNumber, uploads } = row;
  const hashes = [hashedEmailAddress && 'email', hashedPhoneNumber && 'phone'].filter(Boolean).join(', ');
  return el(
    'tr',
    {},
    el(
      'td',
      {},
      el('div', { className: 'event-name' }, conversionName),
      el('div', { className: 'small none mono' }, conversionTime),
      uploads > 1 ? el('div', { className: 'small none' }, `came ${uploads} times, counts once`) : null,
    ),
    el(
      'td',
      { className: 'number value' },
      row.retracted ? el('span', { className: 'none' }, 'retracted') : amount(row.value, row.currency),
    ),
    el('td', {}, shortId(clickId)),
    el('td', {}, hashes || none()),
    el(
      'td',
      {},
      row.status === 'unattributed'
        ? el('span', { className: 'warning' }, row.unattributedReason)
        : FATES[row.status],
    ),
    el('td', { className: 'number' }, time(row.acceptedAt)),
  );
}

export function adjustmentRow({ type, kind, conversionName, transactionId, clickId, applied, ...more }) {
  return el(
    'tr',
    {},
    el(
      'td',
      {},
      el('div', { className: 'event-name' }, `${type}: ${conversionName}`),
      el(
        'div',
        { className: 'small none' },
        kind === 'online' ? 'of a conversion by its transaction' : 'of an offline conversion',
      ),
      applied === false
        ? el('div', { className: 'warning' }, 'No original, or it was retracted before.')
        : null,
    ),
    el('td', { className: 'number value' }, amount(more.value, more.currency)),
    el('td', {}, transactionId === null ? shortId(clickId) : id(transactionId)),
    el('td', { className: 'number' }, time(more.acceptedAt)),
  );
}
