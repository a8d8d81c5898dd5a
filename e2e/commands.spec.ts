import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, expect, SERVER_KEY, TAG_ID, test, type World } from './fixtures.ts';

/** The commands of an operator, beside a collector that runs. */

test.use({ setting: { collector: 'process' } });

const EMAIL = 'jane.doe@shop.example';
/** As Microsoft wants it: without the dot. */
const EM = createHash('sha256').update('janedoe@shop.example').digest('hex');

async function post({ collectorUrl }: World, eventId: string, userData: object): Promise<void> {
  const event = {
    eventType: 'custom',
    eventName: 'lead',
    eventId,
    eventTime: Math.floor(Date.now() / 1_000),
  };
  const response = await fetch(`${collectorUrl}/v1/${TAG_ID}/events`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${SERVER_KEY}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ data: [{ ...event, userData }] }),
  });
  expect(response.status).toBe(200);
}

/** The states of the only account, once they are as expected. */
function states(world: World) {
  return eventually(async () => {
    const { code, stdout } = await world.collectorProcess!.run(['report', '--json']);
    expect(code).toBe(0);
    const { isWhole, received, accounts } = JSON.parse(stdout);
    return { isWhole, received, ...accounts[0]?.states };
  });
}

test('report, replay: what Microsoft rejected is counted, found and delivered again', async ({ world }) => {
  const { sandbox, collectorProcess } = world;
  const run = collectorProcess!.run;
  sandbox.setFaults([{ match: { path: '/v1/*' }, status: 400, body: { error: { code: 'BadRequest' } } }]);
  await post(world, 'rejected', { anonymousId: 'v' });
  await states(world).toEqual({ isWhole: true, received: 1, rejected: 1 });

  sandbox.setFaults([]);
  expect((await run(['replay', '--dry-run'])).stdout).toBe('1 events would be delivered again\n');
  expect((await run(['replay', '--event-id', 'other'])).stdout).toBe('0 events are delivered again\n');
  expect((await run(['replay', '--json'])).stdout).toBe('{"replayed":1,"tooOld":0,"erased":0}\n');
  await states(world).toEqual({ isWhole: true, received: 1, accepted: 1 });
  expect(sandbox.capiEvents().map(({ eventId }) => eventId)).toEqual(['rejected']);
});

test('export and purge by e-mail: found by its hash, then found nowhere', async ({ world }) => {
  const { collectorProcess, dataDir } = world;
  const run = collectorProcess!.run;
  await post(world, 'hers', { email: EMAIL });
  await post(world, 'his', { anonymousId: 'w' });
  await states(world).toEqual({ isWhole: true, received: 2, accepted: 2 });

  const shown = await run(['export', '--email', '-', '--json'], `${EMAIL}\n`);
  const records = shown.stdout.split('\n').filter(Boolean);
  expect(records.map((line) => JSON.parse(line))).toMatchObject([{ kind: 'event', eventId: 'hers' }]);
  expect(shown.stdout).toContain(EM);

  const purged = await run(['purge', '--email', EMAIL, '--json']);
  expect(purged.stdout).toBe('{"events":1,"waiting":0,"memories":0}\n');
  expect((await run(['export', '--email', EMAIL])).stdout).toBe('');
  expect((await run(['export', '--visitor', 'w'])).stdout).toContain('"eventId":"his"');
  await states(world).toEqual({ isWhole: true, received: 2, accepted: 2 });

  expect(await collectorProcess!.stop()).toBe(0);
  const files = readdirSync(dataDir).map((name) => readFileSync(join(dataDir, name), 'latin1'));
  expect(files.join()).toContain('his');
  for (const trace of [EMAIL, EM]) expect(files.filter((content) => content.includes(trace))).toEqual([]);
});

test('a site that there is not is told from one of which nothing is stored', async ({ world }) => {
  const { run, kill } = world.collectorProcess!;
  for (const command of [['report'], ['replay'], ['export', '--visitor', 'v'], ['purge', '--visitor', 'v']]) {
    const wrong = await run([...command, '--site', 'shpo']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toBe('There is no site of this name: site.\n');
    expect((await run([...command, '--site', 'site'])).code).toBe(0);
  }
  await kill();
});

test('wrong use is told from failure, and no value is repeated', async ({ world }) => {
  const { run, kill } = world.collectorProcess!;
  const unreadable = await run(['purge', '--email', 'jane.doe@']);
  expect(unreadable).toMatchObject({ code: 2, stdout: '' });
  expect(unreadable.stderr).not.toContain('jane');
  expect((await run(['purge'])).code).toBe(2);
  expect((await run(['replay', '--state', 'skipped'])).code).toBe(2);
  expect((await run(['replay', '--since', 'yesterday'])).code).toBe(2);
  await kill();
});
