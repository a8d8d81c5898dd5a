import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConfigInput, createCollector } from '@uet-capi/collector';
import express from 'express';
import { FORMS, type Form, type Told } from './forms.ts';

/**
 * A collector in each of its forms, on a port each: alone, in an Express app behind its body parsers,
 * and in front of an Express app. Talks to its parent: tells the ports, measures its memory when asked,
 * and stops when told to. Run with --expose-gc.
 */

const collector = await createCollector(JSON.parse(process.env.COLLECTOR_CONFIG ?? '') as ConfigInput);
const mounted = express().use(express.json(), express.urlencoded({ extended: true }));
mounted.use('/m', collector.router).get('/own', (_, response) => void response.send('own'));
const behind = express().get('/own', (_, response) => void response.send('own'));

const listeners: Record<Form, RequestListener> = {
  alone: collector.wrap((_, response) => void response.writeHead(404).end(), '/'),
  'app.use': mounted,
  wrap: collector.wrap(behind, '/m'),
};
const ports = {} as Record<Form, number>;
for (const form of FORMS) {
  const server = createServer(listeners[form]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ports[form] = (server.address() as AddressInfo).port;
}

process.on('message', async (order) => {
  if (order === 'measure') tell(await measure());
  else await collector.close().then(() => process.exit(0));
});
tell({ ports });

function tell(told: Told): void {
  process.send!(told);
}

/** Twice, and a moment later: buffers are freed by what the first collection has found dead. */
async function measure(): Promise<Told> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { rss, heap: heapUsed + arrayBuffers };
}
