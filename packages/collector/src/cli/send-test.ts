import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { Config, Site } from '../config/config.ts';
import type { DeliveryEvents } from '../delivery/delivery-loop.ts';
import { createDispatcher } from '../delivery/dispatcher.ts';
import type { Destination } from '../destinations/destination.ts';
import { planDestinations } from '../destinations/of-config.ts';
import { followEvent } from '../doctor/follow-event.ts';
import { createIntake } from '../intake/create-intake.ts';
import { createStorage } from '../intake/storage.ts';
import { SENT_TEST_NAME } from '../intake/test-event.ts';
import { createAppender } from '../store/appender.ts';
import type { EventView, Store } from '../store/port.ts';
import { fail } from './exit.ts';
import { findSite } from './find-site.ts';
import { printJson, withStore } from './with-store.ts';

const HELP = `
In mode live the event goes to Microsoft Advertising itself, which has no test mode. It is named uet_capi_test,
has no value and names nobody; it counts only where a goal of the tag waits for every event.
A collector that runs on the same data directory delivers it. Where none does so within 5 s, this command delivers
what is due for the tag, like a collector.
Exit codes: 0 accepted, 1 not accepted (in time), 2 wrong use.`;

const DEFAULT_TIMEOUT_S = 60;

/** A collector looks for work of other processes every second, and gathers a batch for a quarter of one. ms. */
const TAKEN_BY_MS = 5_000;

/** For requests under way when the event has arrived, ms. */
const STOP_MS = 5_000;

interface Options {
  site?: string;
  timeout: number;
  json?: true;
}

/** `uet-capi send-test`: one event, from the door to Microsoft's answer. */
export function addSendTestCommand(program: Command): void {
  program
    .command('send-test')
    .description('send one test event and follow it until Microsoft has accepted it')
    .option('--site <id>', 'of which site; needed where the settings have several')
    .option('--timeout <seconds>', 'how long to wait', parseSeconds, DEFAULT_TIMEOUT_S)
    .option('--json', 'print what became of it as JSON, for programs')
    .addHelpText('after', HELP)
    .action((options: Options) =>
      withStore(
        async (store, config) => {
          const site = findSite(config, options.site);
          if (site) await sendTest(site, config, store, options);
        },
        { create: true },
      ),
    );
}

async function sendTest(site: Site, config: Config, store: Store, { timeout, json }: Options): Promise<void> {
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`);
  };
  const stored = await storeTest(site, config, store);
  if ('problem' in stored) return fail(stored.problem);
  const { eventId } = stored;
  const startedAt = Date.now();
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(timeout * 1_000)]);
  const helping = helpAlong({ eventId, config, store, signal, say, giveUp: () => over.abort() });
  const onChange = (event: EventView) => {
    if (event.endedAt === undefined) say(describe(event));
  };
  const event = await followEvent({ store, eventId, signal, onChange });
  over.abort();
  const paused = await helping;
  const seconds = (Date.now() - startedAt) / 1_000;
  if (json) printJson(summaryOf(event, seconds, paused));
  if (event?.state === 'accepted') {
    say(`accepted by Microsoft after ${seconds.toFixed(1)} s`);
    for (const { path, code, message } of event.warnings) say(`  warning: ${path} ${code} ${message}`);
  } else fail(describeFailure(event, timeout, paused));
}

async function storeTest(
  site: Site,
  config: Config,
  store: Store,
): Promise<{ eventId: string } | { problem: string }> {
  const storage = createStorage({
    store,
    appender: createAppender(store),
    isStopping: () => false,
    onError: (error) => process.stderr.write(`${(error as Error).message}\n`),
  });
  const intake = createIntake(config, storage, { onEvent() {} });
  const event = {
    eventName: SENT_TEST_NAME,
    eventId: `${SENT_TEST_NAME}-${randomUUID()}`,
    adStorageConsent: 'G' as const,
    userData: { anonymousId: randomUUID() },
  };
  const taken = await intake.track(event, { site: site.id }, Date.now());
  if ('refused' in taken) return { problem: 'The event could not be stored.' };
  switch (taken.status) {
    case 'skipped':
      return { problem: `The event was stored, and is not delivered: ${taken.reason}.` };
    case 'rejected':
      return { problem: `The event was refused: ${taken.errors.map(({ message }) => message).join(' ')}` };
    default:
      return { eventId: taken.eventId };
  }
}

interface HelpOptions {
  eventId: string;
  config: Config;
  store: Store;
  signal: AbortSignal;
  say(line: string): void;
  /** Nobody needs to wait any longer. */
  giveUp(): void;
}

/**
 * Delivers where no collector does, until `signal`.
 *
 * @returns why the destination is paused, where it is
 */
async function helpAlong({
  eventId,
  config,
  store,
  signal,
  say,
  giveUp,
}: HelpOptions): Promise<string | undefined> {
  await delay(TAKEN_BY_MS, undefined, { signal }).catch(() => {});
  const [event] = await store.find({ eventId, limit: 1 });
  if (!event || event.endedAt !== undefined) return undefined;
  const { destinations } = await store.overview({ sites: [event.site] });
  const paused = destinations.find(({ destination }) => destination === event.destination)?.paused;
  if (paused) {
    giveUp();
    return paused.reason;
  }
  const isTaken = event.state === 'leased' || event.attempts > 0 || event.code !== undefined;
  if (isTaken || signal.aborted) return undefined;
  const plan = planDestinations(config, store, undefined, () => {}).find(
    ({ id }) => id === event.destination,
  );
  if (!plan) return undefined;
  say('no collector has taken it: delivered from here');
  return deliver(plan.create(), config, store, signal, giveUp);
}

/** @returns why it was paused meanwhile */
async function deliver(
  destination: Destination,
  config: Config,
  store: Store,
  signal: AbortSignal,
  giveUp: () => void,
): Promise<string | undefined> {
  let paused: string | undefined;
  const onPaused = (_: string, reason: string) => {
    paused = reason;
    giveUp();
  };
  const dispatcher = createDispatcher({ store, settings: config.delivery, events: { ...UNTOLD, onPaused } });
  dispatcher.add(destination);
  dispatcher.start();
  await aborted(signal);
  await dispatcher.stop({ graceMs: STOP_MS });
  await destination.close();
  return paused;
}

/** What happens to the event is read from the store. */
const UNTOLD: DeliveryEvents = {
  onRequest() {},
  onSettled() {},
  onPaused() {},
  onResumed() {},
  onCircuit() {},
  onError() {},
};

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** On its way. */
function describe({ state, site, tagId, eventId, code, message, dueAt }: EventView): string {
  const why = [code, message].filter(Boolean).join(' ');
  if (why)
    return `${state}: ${why}${dueAt === undefined ? '' : `; next try ${new Date(dueAt).toISOString()}`}`;
  return state === 'leased'
    ? 'sent: Microsoft has not answered yet'
    : `stored: ${SENT_TEST_NAME}, site ${site}, UET tag ${tagId}, event id ${eventId}`;
}

function describeFailure(event: EventView | undefined, timeout: number, paused: string | undefined): string {
  if (!event) return 'The event is no longer in the store.';
  const why = [event.code, event.message].filter(Boolean).join(' ');
  if (event.endedAt !== undefined) return `Not accepted: ${event.state}, ${why}`;
  if (paused !== undefined)
    return `Not delivered: the destination is paused (${paused}). Run uet-capi doctor.`;
  return `Not accepted within ${timeout} s${why && `: ${why}`}. It stays in the store and is tried again. Run uet-capi doctor.`;
}

function summaryOf(event: EventView | undefined, seconds: number, paused: string | undefined): object {
  const { eventId, site, tagId, state, attempts, code, message, warnings } = event ?? {};
  return { eventId, site, tagId, state, attempts, code, message, warnings, paused, seconds };
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds > 0) return seconds;
  throw new InvalidArgumentError('must be a whole number of seconds');
}
