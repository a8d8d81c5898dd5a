import { z } from 'zod';
import { ERROR_CODES, type ErrorName } from '../ads/error-codes.ts';
import { knobsSchema } from './knobs.ts';

/** Ids are 64-bit numbers and travel as strings; a seed may give small ones as numbers. */
const id = z.union([z.string().regex(/^\d{1,19}$/), z.int().nonnegative()]).transform(String);
/** Ms since 1970, or ISO 8601 with a zone. */
const time = z
  .union([z.int().nonnegative(), z.iso.datetime({ offset: true })])
  .transform((value) => new Date(value).getTime());
const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/i)
  .toLowerCase();
const name = z.string().min(1);

const userSchema = z.strictObject({
  id,
  userName: name,
  customerId: id,
  /** The ad accounts that the user may see; absent: all. */
  accountIds: z.array(id).optional(),
});

const accountSchema = z.strictObject({
  id,
  number: name,
  name,
  customerId: id,
  currency: z.string().length(3).default('USD'),
  timeZone: name.default('GreenwichMeanTimeDublinEdinburghLisbonLondon'),
  status: z.enum(['Active', 'Draft', 'Inactive', 'Pause', 'Pending', 'Suspended']).default('Active'),
});

/** The types that exist; the sandbox knows the own fields of the first five. */
export const GOAL_TYPES = [
  'OfflineConversion',
  'Url',
  'Duration',
  'PagesViewedPerVisit',
  'Event',
  'AppInstall',
  'InStoreTransaction',
  'AppDownload',
] as const;

const match = {
  operator: z.enum(['Equals', 'BeginsWith', 'RegularExpression', 'Contains']).default('Equals'),
};

const goalSchema = z.strictObject({
  id,
  name: z.string().min(1).max(100),
  accountId: id,
  type: z.enum(GOAL_TYPES).default('OfflineConversion'),
  /** `Customer`: every account of the customer may use it. */
  scope: z.enum(['Account', 'Customer']).default('Account'),
  status: z.enum(['Active', 'Paused']).default('Active'),
  /** Uploads are refused for two hours from here. Absent: long ago. */
  createdAt: time.default(0),
  windowMinutes: z.int().min(1).max(129_600).default(43_200),
  countType: z.enum(['All', 'Unique']).default('All'),
  revenue: z
    .strictObject({
      type: z.enum(['NoValue', 'FixedValue', 'VariableValue']),
      value: z.number().min(0).max(9_999_999).nullable().default(null),
      currency: z.string().length(3).nullable().default(null),
    })
    .default({ type: 'NoValue', value: null, currency: null }),
  category: name.default('Other'),
  excludeFromBidding: z.boolean().default(false),
  enhancedConversions: z.boolean().default(false),
  externallyAttributed: z.boolean().default(false),
  /** Every item for this goal is refused with this error, whatever is right about it. */
  refuseWith: z.enum(Object.keys(ERROR_CODES) as ErrorName[]).optional(),
  /** The UET tag of a goal that is not an offline one. */
  tagId: id.optional(),
  /** What an Event goal waits for. */
  action: z.strictObject({ expression: name, ...match }).optional(),
  /** What a Url goal waits for. */
  url: z.strictObject({ expression: name, ...match }).optional(),
});

const clickSchema = z.strictObject({
  id: name,
  accountId: id,
  time,
  /** Of the person who clicked: hashes of the normalised email and phone. */
  hashedEmailAddress: hash.optional(),
  hashedPhoneNumber: hash.optional(),
});

const appSchema = z.strictObject({
  clientId: name,
  /** With a secret it is a web application, without one a public (native) one. */
  secret: name.optional(),
  secretExpiresAt: time.optional(),
  /** Compared byte for byte; absent: any. */
  redirectUris: z.array(name).optional(),
});

const developerTokenSchema = z.strictObject({
  token: name,
  environment: z.enum(['production', 'sandbox']).default('production'),
});

/** Tokens as if somebody had signed in: for tests that begin after that. */
const grantSchema = z.strictObject({
  userName: name,
  clientId: name,
  /** Space separated; absent: all that the API needs. */
  scope: name.optional(),
  accessToken: name.optional(),
  /** Absent: the access token does not expire. */
  expiresInS: z.int().optional(),
  refreshToken: name.optional(),
});

const REVOCATION_REASONS = ['password-changed', 'revoked', 'mfa', 'consent-withdrawn'] as const;

/** Ends the refresh tokens issued so far; a new sign-in works again. */
const revocationSchema = z.strictObject({
  /** Absent: everybody's. */
  userName: name.optional(),
  reason: z.enum(REVOCATION_REASONS),
});

/** Each list given replaces the one before, so do the knobs; grants and revocations act at once. */
export const seedSchema = z.strictObject({
  users: z.array(userSchema).optional(),
  accounts: z.array(accountSchema).optional(),
  goals: z.array(goalSchema).optional(),
  clicks: z.array(clickSchema).optional(),
  apps: z.array(appSchema).optional(),
  developerTokens: z.array(developerTokenSchema).optional(),
  grants: z.array(grantSchema).optional(),
  revocations: z.array(revocationSchema).optional(),
  knobs: knobsSchema.optional(),
});

export type Seed = z.input<typeof seedSchema>;
export type ParsedSeed = z.output<typeof seedSchema>;
export type User = z.output<typeof userSchema>;
export type Account = z.output<typeof accountSchema>;
export type Goal = z.output<typeof goalSchema>;
export type GoalType = (typeof GOAL_TYPES)[number];
export type Click = z.output<typeof clickSchema>;
export type App = z.output<typeof appSchema>;
export type SeededGrant = z.output<typeof grantSchema>;
export type Revocation = z.output<typeof revocationSchema>;
