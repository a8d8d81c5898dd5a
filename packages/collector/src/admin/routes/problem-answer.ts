import { json } from '../../ingest/answers.ts';
import type { Answer } from '../../ingest/exchange.ts';

/** `{ error: { code, message, path? } }`: the one shape of every refusal below `/admin`. */
export function problemAnswer(
  { status, ...error }: { status: number; code: string; message: string; path?: string },
  headers: Answer['headers'] = {},
): Answer {
  return json(status, { error }, headers);
}
