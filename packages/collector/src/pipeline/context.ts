import { type Consent, cleanClickId } from '@uet-capi/protocol';
import { z } from 'zod';

/**
 * What `capi.context()` tells in the browser and the site's server hands back with a later event:
 * base64url of a small JSON object.
 */
const contextSchema = z.object({
  v: z.literal(1),
  /** Visitor id. */
  a: z.string().min(1).max(128).optional(),
  /** Click id. */
  c: z.string().optional(),
  /** Page-load id. */
  p: z.string().max(64).optional(),
  /** Consent. */
  g: z.enum(['granted', 'denied']).optional(),
});

export interface Context {
  anonymousId?: string;
  msclkid?: string;
  pageLoadId?: string;
  consent?: Consent;
}

/** Longest context that a pixel makes, with room to spare, characters. */
const MAX_LENGTH = 2_000;

/** Reads a context; undefined when it is none. It came through a form, so nothing in it is trusted. */
export function readContext(text: unknown): Context | undefined {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return undefined;
  const parsed = contextSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (!parsed.success) return undefined;
  const { a, c, p, g } = parsed.data;
  const msclkid = c === undefined ? undefined : cleanClickId(c);
  return {
    ...(a !== undefined && { anonymousId: a }),
    ...(msclkid !== undefined && { msclkid }),
    ...(p !== undefined && { pageLoadId: p }),
    ...(g !== undefined && { consent: g }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
