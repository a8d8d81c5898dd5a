import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ConfigInput, createCollector } from '@uet-capi/collector';

/**
 * Somebody's application with the collector in front of it: `POST /track` hands its body to
 * `collector.track`, as an order hook would. Prints its port; stops at SIGTERM.
 */

const collector = await createCollector(JSON.parse(process.env.COLLECTOR_CONFIG ?? '') as ConfigInput);
const server = createServer(
  collector.wrap(async (request, response) => {
    const result = await collector.track(JSON.parse(await text(request)));
    response.end(JSON.stringify(result));
  }, '/m'),
);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(`port ${(server.address() as AddressInfo).port}`);

process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await collector.close();
});
