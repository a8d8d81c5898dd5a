import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCollector } from '@uet-capi/collector';
import { createSandbox } from '@uet-capi/sandbox';
import type { Contestant } from './contestant.ts';

export interface OurPixel extends Contestant {
  /** Stops the collector, which drains, and gives the ids of the events that Microsoft got, copies too. */
  settle(): Promise<string[]>;
}

const TAG_ID = '12345678';

/** Our pixel before the real collector, which delivers to a sandbox: the idempotence is the real one. */
export async function startOurPixel(): Promise<OurPixel> {
  const dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-matrix-'));
  const sandbox = await createSandbox();
  const collector = await createCollector(
    {
      tagId: TAG_ID,
      endpoint: sandbox.url,
      dataDir,
      uet: 'off',
      consent: { default: 'granted', waitMs: 1 },
      // The browsers of these tests call themselves headless.
      bots: 'deliver',
      delivery: { batchMs: 20 },
    },
    { UET_CAPI_TOKEN: 'sandbox-token' },
  );
  return {
    name: 'uet-capi',
    head: (collectorUrl) => `<script async src="${collectorUrl}/m/c.js" data-auto-page="false"></script>`,
    // In pieces: a single text of more than 4,096 characters is left out.
    track: `capi.track('purchase', { value: 5, currency: 'EUR', items: (text.match(/.{1,4000}/g) || []).map((name) => ({ name })) }, { eventId: id })`,
    isEvent: ({ method }) => method === 'POST',
    answer: (request) => collector.fetch(request),
    async settle() {
      await collector.close();
      const ids = sandbox.capiEvents().map(({ eventId }) => String(eventId));
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
      return ids;
    },
  };
}
