import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, TAG_ID, test } from './fixtures.ts';

/** `uet-capi doctor` and `uet-capi send-test`, beside a collector that runs and without one. */

test.use({ setting: { collector: 'process' } });

test.describe('doctor', () => {
  test('beside a running collector: nothing is wrong, also from outside', async ({ world }) => {
    const { run } = world.collectorProcess!;
    const { code, stdout, stderr } = await run(['doctor', '--url', world.collectorUrl]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const id of ['token', 'clock', 'store', 'pixel', 'events', 'cookies']) {
      expect(stdout).toMatch(new RegExp(`^ok +${id} `, 'm'));
    }
    expect(stdout).toMatch(/^0 problems, \d+ warnings?, \d+ in order$/m);
    expect(world.sandbox.capiEvents()).toEqual([]);
  });

  test('without a collector, with a fault: exit code 1, and the remedy', async ({ world }) => {
    const { run, stop } = world.collectorProcess!;
    await stop();
    await world.sandbox.close();
    const shown = await run(['doctor', '--url', world.collectorUrl]);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toMatch(/^PROBLEM +microsoft .*nothing listens there/m);
    expect(shown.stdout).toMatch(/^PROBLEM +address .*nothing listens there/m);
    expect(shown.stdout).toContain('Next: Correct the address, or start what should listen there.');
    const { code, stdout } = await run(['doctor', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ id: 'microsoft', status: 'problem', next: expect.any(String) }),
    );
  });

  test('settings that cannot be used are findings too; wrong use is told', async ({ world }) => {
    const { run } = world.collectorProcess!;
    expect((await run(['doctor', '--url', 'shop.example'])).code).toBe(2);
    await writeFile(join(world.dataDir, '..', 'uet-capi.config.json'), '{ "tagId": "abc", "mod": "live" }');
    const { code, stdout } = await run(['doctor']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^PROBLEM +config +tagId: must be the numeric id/m);
    expect(stdout).toMatch(/^PROBLEM +config +mod: is no setting/m);
  });
});

test.describe('send-test', () => {
  const accepted = /^accepted by Microsoft after \d+\.\d s$/m;

  test('the collector that runs delivers it, and it is followed', async ({ world }) => {
    const { code, stdout } = await world.collectorProcess!.run(['send-test']);
    expect(stdout).toMatch(accepted);
    expect(stdout).not.toContain('delivered from here');
    expect(code).toBe(0);
    expect(world.sandbox.capiEvents()).toMatchObject([{ tagId: TAG_ID, eventName: 'uet_capi_test' }]);
  });

  test('without a collector it is delivered from here', async ({ world }) => {
    await world.collectorProcess!.stop();
    const { code, stdout } = await world.collectorProcess!.run(['send-test']);
    expect(stdout).toMatch(/no collector has taken it/);
    expect(stdout).toMatch(accepted);
    expect(code).toBe(0);
    expect(world.sandbox.capiEvents()).toHaveLength(1);
  });

  test('what Microsoft says no to is told, with exit code 1', async ({ world }) => {
    const { run } = world.collectorProcess!;
    const path = '/v1/*';
    world.sandbox.setFaults([{ match: { path }, status: 400, body: { error: { code: 'BadRequest' } } }]);
    const rejected = await run(['send-test', '--json']);
    expect(rejected.code).toBe(1);
    expect(JSON.parse(rejected.stdout)).toMatchObject({ state: 'rejected', code: 'BadRequest' });
    expect(rejected.stderr).toContain('Not accepted: rejected, BadRequest');

    world.sandbox.setFaults([{ match: { path }, status: 503 }]);
    const late = await run(['send-test', '--timeout', '2']);
    expect(late.code).toBe(1);
    expect(late.stderr).toMatch(/Not accepted within 2 s.*HTTP 503.*tried again/);

    world.sandbox.setFaults([{ match: { path }, status: 401 }]);
    const paused = await run(['send-test']);
    expect(paused.code).toBe(1);
    expect(paused.stderr).toMatch(/paused \(HTTP 401.*uet-capi doctor/);
  });
});

test.describe('in mode shadow', () => {
  test.use({ setting: { collector: 'process', config: { mode: 'shadow' } } });

  test('send-test says that nothing is delivered', async ({ world }) => {
    const { code, stderr } = await world.collectorProcess!.run(['send-test']);
    expect(code).toBe(1);
    expect(stderr).toContain('shadow mode: nothing is delivered');
    expect(world.sandbox.capiEvents()).toEqual([]);
  });
});
