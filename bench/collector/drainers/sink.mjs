import { startSink } from '../sink.mjs';

/** The sink in a process of its own, so that its work is nobody else's. Ends with its parent. */
const sink = await startSink();
process.on('disconnect', () => process.exit());
process.send({ url: sink.url });
