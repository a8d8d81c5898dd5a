import { expect, test } from 'vitest';
import { type Goal, goalSchema } from '../../config/ads-schema.ts';
import type { AccountGoal } from './account-goals.ts';
import { checkGoals, describeAction, type GoalsOfSite } from './check-goals.ts';
import { waitsFor } from './waits-for.ts';

function goal(more: Partial<AccountGoal> = {}): AccountGoal {
  return {
    id: '1',
    name: 'Lead',
    type: 'OfflineConversion',
    status: 'Active',
    currency: 'EUR',
    isEnhanced: true,
    isExternallyAttributed: false,
    isExcludedFromBidding: false,
    tagId: undefined,
    action: undefined,
    ...more,
  };
}
const event = (expression: string, operator = 'Equals', more: Partial<AccountGoal> = {}) =>
  goal({ name: 'Sale', type: 'Event', tagId: '123', action: { operator, expression }, ...more });
const map = (more: object = {}): Goal =>
  goalSchema.parse({ event: 'lead', goal: 'Lead', kind: 'offline', ...more });
const mapOnline = (more: object = {}) => map({ event: 'purchase', goal: 'Sale', kind: 'online', ...more });

const OFFLINE = [goal()];
const ONLINE = [event('purchase')];
const check = (more: Partial<GoalsOfSite>) =>
  checkGoals({ mappings: [], offline: OFFLINE, online: ONLINE, namesSent: [], ...more });

test('what fits has nothing to say', () => {
  expect(
    check({
      mappings: [map(), mapOnline(), map({ value: 7, currency: 'EUR' })],
      namesSent: ['purchase', 'lead'],
    }),
  ).toEqual([]);
});

test.each<[what: string, wants: Partial<GoalsOfSite>, said: RegExp]>([
  ['no such goal', { mappings: [map({ goal: 'Other' })] }, /no offline goal .* "Other": create it .* "Lead"/],
  ['no goal at all', { mappings: [map()], offline: [] }, /create it/],
  ['another case', { mappings: [map({ goal: 'LEAD' })] }, /one "Lead": write it letter by letter/],
  ['other spaces', { mappings: [map({ goal: ' Le ad' })] }, /one "Lead": write it letter by letter/],
  [
    'a goal of the tag',
    { mappings: [map({ goal: 'Sale' })] },
    /"Sale" is a goal of the UET tag: set kind: 'online'/,
  ],
  [
    'an offline goal',
    { mappings: [mapOnline({ goal: 'Lead' })] },
    /"Lead" is an offline goal: set kind: 'offline'/,
  ],
  [
    'a paused goal',
    { mappings: [map()], offline: [goal({ status: 'Paused' })] },
    /"Lead" is paused .* activate it/,
  ],
  [
    'a paused goal of the tag',
    { mappings: [mapOnline()], online: [event('purchase', 'Equals', { status: 'Paused' })] },
    /"Sale" is paused/,
  ],
  [
    'external attribution',
    { mappings: [map()], offline: [goal({ isExternallyAttributed: true })] },
    /externally attributed/,
  ],
  [
    'hashes to a plain goal',
    { mappings: [map()], offline: [goal({ isEnhanced: false })] },
    /takes no hashes .* send: 'attributed'/,
  ],
  [
    'another name than the goal waits for',
    { mappings: [mapOnline({ event: 'order' })] },
    /"Sale" waits for "purchase", not for the event "order"/,
  ],
  [
    'a goal that waits for pages',
    { mappings: [mapOnline()], online: [goal({ name: 'Sale', type: 'Url' })] },
    /"Sale" is of the type Url/,
  ],
  [
    'two goals for one event',
    { mappings: [map({ event: 'purchase' })] },
    /"purchase" counts twice: in the offline goal "Lead" and in the goal "Sale"/,
  ],
])('mistake: %s', (_, wants, said) => {
  expect(check(wants)).toMatchObject([{ severity: 'mistake', message: expect.stringMatching(said) }]);
});

test.each<[what: string, wants: Partial<GoalsOfSite>, said: RegExp]>([
  ['another currency', { mappings: [map({ currency: 'USD' })] }, /the currency EUR, and its mapping USD/],
  [
    'a fixed value without one',
    { mappings: [map({ value: 5 })], offline: [goal({ currency: undefined })] },
    /value 5 without a currency/,
  ],
  [
    'a name that is sent, and that nobody waits for',
    { namesSent: ['sign_up'] },
    /waits for the event "sign_up"/,
  ],
])('warning: %s', (_, wants, said) => {
  expect(check(wants)).toMatchObject([{ severity: 'warning', message: expect.stringMatching(said) }]);
});

test.each<[what: string, wants: Partial<GoalsOfSite>]>([
  ['a mapping that is switched off', { mappings: [map({ goal: 'Other', enabled: false })] }],
  [
    'a plain goal that gets only clicks',
    { mappings: [map({ send: 'attributed' })], offline: [goal({ isEnhanced: false })] },
  ],
  [
    'a plain goal that is only corrected',
    { mappings: [map({ adjust: 'retract' })], offline: [goal({ isEnhanced: false })] },
  ],
  ['a correction under another name', { mappings: [mapOnline({ event: 'refund', adjust: 'retract' })] }],
  [
    'twice, one of them not for bidding',
    { mappings: [map({ event: 'purchase' })], offline: [goal({ isExcludedFromBidding: true })] },
  ],
  [
    'twice, the other not for bidding',
    {
      mappings: [map({ event: 'purchase' })],
      online: [event('purchase', 'Equals', { isExcludedFromBidding: true })],
    },
  ],
  ['the currency where the goal says the value', { mappings: [map({ value: 'goal', currency: 'USD' })] }],
])('nothing: %s', (_, wants) => {
  expect(check(wants)).toEqual([]);
});

test('what is wrong with a goal that several events feed is said once', () => {
  const mappings = [map({ goal: 'Other' }), map({ event: 'call', goal: 'Other' })];
  expect(check({ mappings })).toHaveLength(1);
});

test.each<[goal: AccountGoal, name: string, waits: boolean]>([
  [event('purchase'), 'purchase', true],
  [event('purchase'), 'purchases', false],
  [event('pur', 'BeginsWith'), 'purchase', true],
  [event('pur', 'BeginsWith'), 'repurchase', false],
  [event('chase', 'Contains'), 'purchase', true],
  [event('chase', 'Contains'), 'order', false],
  [event('^(purchase|order)$', 'RegularExpression'), 'order', true],
  [event('^(purchase|order)$', 'RegularExpression'), 'orders', false],
  [event('(', 'RegularExpression'), 'order', true],
  [event('x', 'Equals', { action: undefined }), 'order', true],
  [event('purchase', 'Equals', { status: 'Paused' }), 'purchase', false],
  [goal(), 'lead', false],
])('%# a goal waits for a name', (one, name, waits) => {
  expect(waitsFor(one, name)).toBe(waits);
});

test('an action as an operator reads it', () => {
  expect([event('a'), event('a', 'Contains'), goal()].map(describeAction)).toEqual([
    '"a"',
    'Contains "a"',
    'every event',
  ]);
});
