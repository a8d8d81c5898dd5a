import { expect, test } from 'vitest';
import { createReadiness, type Signals, unreadyReasons } from './readiness.ts';

const GOOD: Signals = { stopping: false, storeFailing: false, diskFilling: false, queueFill: 0 };

test.each<[string, Partial<Signals>, string[]]>([
  ['nothing is wrong', {}, []],
  ['it stops', { stopping: true }, ['stopping']],
  ['the store fails', { storeFailing: true }, ['store_failing']],
  ['the disk fills', { diskFilling: true }, ['disk_filling']],
  ['the queue has room', { queueFill: 0.79 }, []],
  ['the queue is nearly full', { queueFill: 0.8 }, ['queue_filling']],
  ['several at once', { stopping: true, queueFill: 1 }, ['stopping', 'queue_filling']],
])('%s', (_, signals, reasons) => {
  expect(unreadyReasons({ ...GOOD, ...signals })).toEqual(reasons);
});

test('every change is one line in the log', () => {
  let signals = GOOD;
  const lines: [string, object][] = [];
  const ask = createReadiness(() => signals, {
    info: (facts, message) => lines.push([message, facts]),
    warn: (facts, message) => lines.push([message, facts]),
    error: () => {},
  });
  const askTwice = (next: Partial<Signals>) => {
    signals = { ...GOOD, ...next };
    ask();
    return ask();
  };
  askTwice({});
  expect(lines).toEqual([]);
  expect(askTwice({ storeFailing: true })).toEqual(['store_failing']);
  askTwice({ storeFailing: true, queueFill: 1 });
  askTwice({});
  expect(lines).toEqual([
    ['not ready: requests should go elsewhere', { reasons: ['store_failing'] }],
    ['not ready: requests should go elsewhere', { reasons: ['store_failing', 'queue_filling'] }],
    ['ready again', {}],
  ]);
});
