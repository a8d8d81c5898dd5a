import { z } from 'zod';

/**
 * What nobody outside Microsoft knows for certain: each knob turns the sandbox to the other
 * reading. The defaults are the more probable ones.
 */
export const knobsSchema = z.strictObject({
  // Where the sandbox stands.
  /** `sandbox`: other developer tokens and scopes count, and nothing is ever attributed. */
  environment: z.enum(['production', 'sandbox']).default('production'),

  // OAuth.
  /** False: `authorize` signs the first user in at once; it shows its page only for a `prompt`. */
  signInPage: z.boolean().default(false),
  codeLifetimeS: z.int().positive().default(300),
  /** Of an application that fails to identify itself. */
  clientErrorStatus: z.union([z.literal(400), z.literal(401)]).default(401),
  /** True: a refresh token is revoked when its successor is first used. */
  strictRotation: z.boolean().default(false),
  /** Refreshes of one user within 60 s before error 50196; null: no limit. */
  refreshesPerMinute: z.int().positive().nullable().default(null),
  /** Whether a Google access token needs `IdentityProvider: Google` on each call. */
  identityProviderHeader: z.boolean().default(true),

  // Every call.
  missingDeveloperTokenCode: z.union([z.literal(105), z.literal(116)]).default(105),
  /** Of code 106. */
  forbiddenStatus: z.union([z.literal(401), z.literal(403)]).default(403),
  /** Of code 3101. */
  scopeStatus: z.union([z.literal(401), z.literal(403)]).default(401),
  /** Calls within 60 s before code 117; null: no limit. */
  callsPerUser: z.int().positive().nullable().default(null),
  callsPerCustomer: z.int().positive().nullable().default(null),
  throttleStatus: z.union([z.literal(400), z.literal(429)]).default(429),
  /** Sent with code 117; null: no such header. */
  retryAfterS: z.int().positive().nullable().default(null),
  /** Of a body that cannot be read. */
  unreadableStatus: z.union([z.literal(400), z.literal(500)]).default(400),
  unreadableCode: z.int().nonnegative().default(100),
  /** True: a property that no operation declares makes the body unreadable. */
  rejectUnknownProperties: z.boolean().default(false),
  caseSensitiveProperties: z.boolean().default(true),
  /** A time without a zone: read as UTC, or unreadable. */
  zonelessTimes: z.enum(['utc', 'unreadable']).default('utc'),
  /** True: faults lie one level down, under `ApplicationFault`. */
  wrapFaults: z.boolean().default(false),

  // Uploads.
  /** How an empty or too long list is refused. */
  listErrors: z.enum(['fault', 'partial']).default('fault'),
  /** Per item: all that is wrong with it, or only the first. */
  itemErrors: z.enum(['all', 'first']).default('all'),
  futureToleranceS: z.int().nonnegative().default(0),
  upperCaseClickIds: z.enum(['accept', 'refuse']).default('accept'),
  /** The answer to hashes alone on a goal without enhanced conversions. */
  hashesOnPlainGoal: z
    .enum(['NotEligibleForEnhancedConversions', '5603'])
    .default('NotEligibleForEnhancedConversions'),
  moreThanThreeDecimals: z.enum(['round', 'keep', 'refuse']).default('round'),
  emptyCurrency: z.enum(['refuse', 'ignore']).default('refuse'),
  /** When errors 5616 and 5617 come: with the answer, or only in the report. */
  clickTimeErrors: z.enum(['now', 'later']).default('now'),
  pausedGoals: z.enum(['accept', 'refuse']).default('accept'),
  goalNames: z.enum(['exact', 'any case']).default('exact'),
  /** Adjustments older than this are refused with 5623, days. */
  adjustmentWindowDays: z.int().positive().default(90),
  /** A Restate without currency: the goal's, or 5626 in any case. */
  restateCurrency: z.enum(['goal', 'required']).default('goal'),
  /** Which of several Restates counts: the last to arrive, or the one with the latest time. */
  restateOrder: z.enum(['arrival', 'time']).default('arrival'),
  /** Adjustments for externally attributed goals: 5627, or accepted. */
  externalAdjustments: z.enum(['refuse', 'accept']).default('refuse'),

  // Reports.
  /** From acceptance to attribution, hours. */
  attributionDelayH: z.number().nonnegative().default(6),
  /** What is uploaded to a goal of revenue type `NoValue`. */
  noValueGoals: z.enum(['keep', 'drop']).default('keep'),
  /** How a report with a wrong range or wrong goals is refused. */
  reportErrors: z.enum(['partial', 'fault']).default('partial'),

  // Tags.
  /** How the key of a tag is asked for and given: `{ UetTagId }` and a string, or `{ TagId }` and an object. */
  tagKeyShape: z.enum(['UetTagId', 'TagId']).default('UetTagId'),
});

export type Knobs = z.output<typeof knobsSchema>;
/** The defaults alone. */
export const DEFAULT_KNOBS: Knobs = knobsSchema.parse({});
