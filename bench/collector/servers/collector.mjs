import { MOUNT } from '../site.mjs';
import { openCollector } from './open-collector.mjs';
import { serve } from './serve.mjs';

/** The collector with nothing behind it, as `uet-capi start` runs it. */

const collector = await openCollector();
const nothing = (_, res) => res.writeHead(404).end();

serve(collector.wrap(nothing, MOUNT), () => collector.close());
