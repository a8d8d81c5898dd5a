import { z } from 'zod';

const FORM = 'must be an http(s) URL';
const ONLY_BASE = 'must be a base URL: without user, query and fragment, which no request would carry';

/** What requests' paths are put behind. */
export const baseUrl = z
  .url({ protocol: /^https?$/, error: FORM, abort: true })
  .refine((text) => /^https?:\/\/[^@?#]+$/i.test(text), ONLY_BASE);
