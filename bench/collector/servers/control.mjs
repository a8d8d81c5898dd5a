import { capiEventSchema } from '@uet-capi/protocol';
import { z } from 'zod';
import { serve } from './serve.mjs';

/** What no collector can do without: the bytes, their JSON, its shape, an answer. Stores nothing. */

const pixelSchema = z.object({
  v: z.literal(1),
  sentAt: z.number(),
  data: z.array(capiEventSchema.extend({ consent: z.enum(['granted', 'denied']) })),
});
const serverSchema = z.object({ data: z.array(capiEventSchema) });

serve((req, res) => {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => {
    const schema = req.url === '/m/e' ? pixelSchema : serverSchema;
    const { success, data } = schema.safeParse(JSON.parse(Buffer.concat(chunks).toString()));
    res.statusCode = success ? 202 : 400;
    res.setHeader('Content-Type', 'application/json');
    const answer = JSON.stringify(
      success ? { accepted: data.data.length, rejected: [] } : { error: 'invalid' },
    );
    res.setHeader('Content-Length', Buffer.byteLength(answer));
    res.end(answer);
  });
});
