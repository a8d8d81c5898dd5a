import type { Answer } from './exchange.ts';

/** Chromium remembers a preflight no longer than two hours; s. */
const PREFLIGHT_MAX_AGE_S = 7_200;

/** Headers with which an allowed page may read the answer. `*` would exclude cookies. */
export function corsHeaders(origin: string | undefined): Answer['headers'] {
  if (origin === undefined) return WITHOUT_ORIGIN;
  return {
    ...WITHOUT_ORIGIN,
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': 'Retry-After',
  };
}

const WITHOUT_ORIGIN: Answer['headers'] = {
  Vary: 'Origin',
  // Beacons of the site's other hosts do not ask by CORS.
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/** The answer to the preflight of a page that sends JSON; the pixel itself needs none. */
export function preflight(origin: string | undefined): Answer {
  return {
    status: 204,
    headers: {
      ...corsHeaders(origin),
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'Content-Type',
      'Access-Control-Max-Age': String(PREFLIGHT_MAX_AGE_S),
    },
    body: '',
  };
}
