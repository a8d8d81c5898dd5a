import { z } from 'zod';
import { baseUrl } from './base-url.ts';

/** Settings of the Microsoft Advertising API: offline conversions, corrections, goals and reports. */

const envName = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable');

/** Microsoft's sign-in. */
const MICROSOFT_OAUTH_URL = 'https://login.microsoftonline.com';

export const adsSchema = z.strictObject({
  /** Application (client) id of the app registration. */
  clientId: z.string().min(1).optional(),
  /** Environment variable with the secret of a web app; unset for a public app. */
  clientSecretEnv: envName.default('UET_CAPI_CLIENT_SECRET'),
  /** Environment variable with the developer token. */
  developerTokenEnv: envName.default('UET_CAPI_DEVELOPER_TOKEN'),
  /** Environment variable with the key that refresh tokens are encrypted with: 32 bytes in base64. */
  encryptionKeyEnv: envName.default('UET_CAPI_ENCRYPTION_KEY'),
  /** Base URL of the sign-in. */
  oauthUrl: baseUrl.default(MICROSOFT_OAUTH_URL),
  /** How long after Microsoft accepted a conversion it can be corrected, ms: it is processed by then. */
  adjustAfterMs: z.int().nonnegative().default(21_600_000),
  /** Base URL of the API, for a sandbox. Default: Microsoft's own, one for each of its services. */
  url: baseUrl.optional(),
});

/** Microsoft's longest name of a goal, characters. */
const MAX_GOAL_NAME_CHARS = 100;

/** Largest value of a conversion that Microsoft takes. */
const MAX_VALUE = 999_999_999_999;

export const goalSchema = z.strictObject({
  /** Name of the events that feed the goal. */
  event: z.string().min(1),
  /** The goal's name in Microsoft Advertising, letter by letter. */
  goal: z.string().min(1).max(MAX_GOAL_NAME_CHARS),
  /**
   * `offline`: the goal counts what is uploaded. `online`: it counts by the UET tag and the Conversions
   * API, and stands here so that corrections find its name.
   */
  kind: z.enum(['offline', 'online']),
  /** All events, or only those of whose visitor or customer a click of the last 90 days is known. */
  send: z.enum(['all', 'attributed']).default('all'),
  /** Nothing leaves while it is off; the mapping stays. */
  enabled: z.boolean().default(true),
  /** Set: the events correct the conversion of the same `transactionId` instead of being one. */
  adjust: z.enum(['restate', 'retract']).optional(),
  /** The event's own value, the goal's (nothing is sent), or always this. */
  value: z
    .union(
      [z.enum(['event', 'goal']), z.number().min(0).max(MAX_VALUE)],
      "must be 'event', 'goal' or a number",
    )
    .default('event'),
  /** ISO 4217 code for events that bring none. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
    .optional(),
});

export type AdsSettings = z.output<typeof adsSchema>;
export type Goal = z.output<typeof goalSchema>;
