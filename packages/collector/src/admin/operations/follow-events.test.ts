import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { append, newEvent } from '../../store/testing/contract/fixtures.ts';
import {
  ADMIN_TOKEN,
  type RunningCollector,
  runCollector,
  SHOP_TOKEN,
  storeEvent,
  until,
} from '../testing/running-collector.ts';
import { followEvents } from './follow-events.ts';

interface Told {
  seq: number;
  eventId: string;
  state: string;
}

/** What the stream tells, as it comes. */
async function follow({ api }: RunningCollector, { query = '', token = ADMIN_TOKEN, headers = {} } = {}) {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const answer = await fetch(`${api}/events/stream?${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    signal: gone.signal,
  });
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const told: Told[] = [];
  const ids: string[] = [];
  let hasEnded = false;
  const reading = (async () => {
    let text = '';
    for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      const messages = text.split('\n\n');
      text = messages.pop()!;
      ids.push(...messages.flatMap((message) => /^id: (.*)$/m.exec(message)?.[1] ?? []));
      told.push(
        ...messages
          .flatMap((message) => /^data: (.*)$/m.exec(message)?.[1] ?? [])
          .map((data) => JSON.parse(data)),
      );
    }
  })();
  reading.catch(() => {}).finally(() => (hasEnded = true));
  return {
    told,
    ids,
    hasEnded: () => hasEnded,
    until: (eventId: string, state: string) =>
      until(async () => told.find((one) => one.eventId === eventId && one.state === state)),
  };
}

test('tells what arrives and what becomes of it', async () => {
  const running = await runCollector();
  const stream = await follow(running);
  running.sandbox.setFaults([{ status: 503 }]);
  const seq = await storeEvent(running, 'order-1', { state: 'pending' });
  expect(await stream.until('order-1', 'pending')).toMatchObject({ seq });
  running.sandbox.setFaults([]);
  expect(await stream.until('order-1', 'accepted')).toMatchObject({ seq });
});

test('tells of what the filter lets through, and of what the token is for', async () => {
  const running = await runCollector();
  const leads = await follow(running, { query: 'name=lead' });
  const shop = await follow(running, { token: SHOP_TOKEN });
  await storeEvent(running, 'order-1');
  await storeEvent(running, 'lead-1', { name: 'lead', site: 'blog' });
  await storeEvent(running, 'lead-2', { name: 'lead' });
  await Promise.all([leads.until('lead-2', 'accepted'), shop.until('lead-2', 'accepted')]);
  const ids = (told: Told[]) => [...new Set(told.map(({ eventId }) => eventId))].sort();
  expect(ids(leads.told)).toEqual(['lead-1', 'lead-2']);
  expect(ids(shop.told)).toEqual(['lead-2', 'order-1']);
});

test('after an interruption it tells how things are', async () => {
  const running = await runCollector();
  await storeEvent(running, 'order-1');
  const stream = await follow(running, { headers: { 'last-event-id': '0' } });
  await stream.until('order-1', 'accepted');
});

test('gives a browser what to come again with, also where nothing happens', async () => {
  const stream = await follow(await runCollector());
  expect(await until(async () => stream.ids[0])).toBe('0');
  expect(stream.told).toEqual([]);
});

test('ends when the collector stops', async () => {
  const running = await runCollector();
  const stream = await follow(running);
  await running.collector.close();
  await until(async () => stream.hasEnded() || undefined);
});

test('tells nothing of the events below the list, however many there are', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'uet-capi-follow-'));
  const store = await openSqliteStore({ dataDir });
  const gone = new AbortController();
  onTestFinished(async () => {
    gone.abort();
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  const skipped = (id: string) => newEvent(id, { route: { skipped: 'bot' } });
  await append(store, ...Array.from({ length: 300 }, (_, index) => skipped(`e${index}`)));
  const messages = followEvents({
    store,
    filter: { states: ['skipped'] },
    now: Date.now(),
    lastEventId: undefined,
    signal: gone.signal,
  });
  expect((await messages.next()).value).toEqual({ id: '300' });
  await append(store, skipped('new'));
  expect((await messages.next()).value).toMatchObject({ value: { eventId: 'new' } });
});
