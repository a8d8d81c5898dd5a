import type { Site } from '../../config/config.ts';
import { resolveConfig } from '../../config/resolve.ts';
import type { ConfigInput } from '../../config/schema.ts';
import type { Client } from '../../intake/intake.ts';
import { createClickParameter } from '../click-parameter.ts';
import type { Facts } from '../facts.ts';
import { compileRules } from '../rules/rules.ts';

export const NOW = Date.UTC(2026, 8, 1, 12);
export const NOW_S = NOW / 1_000;

export const CLICK = '292049a1-7e24-13e3-a408-1719e839afe6';
export const OTHER_CLICK = 'dd4afccc-b1c9-4a4c-ad95-44dd7e5006ab';
export const PAGE = '7c1d9a52-4f0e-4c1b-8a77-2b6f7d0e5a90';
/** SHA-256 of `john@contoso.com`. */
export const JOHN = 'ec81f3ac7b2b19675bab9d54cf416f9f18cff87c97da5cca82c0f0891bc40602';
/** SHA-256 of `+14255551234`. */
export const PHONE = 'c59475d96e9f01d7d18d06cfad84dd02333207f02c0c2c5663ef2782cda0390e';

export const BROWSER: Client = {
  receivedAt: NOW,
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0',
  refuses: false,
  country: undefined,
  bot: undefined,
};

/** A site with real defaults and these settings. */
export function siteOf(settings: ConfigInput = {}): Site {
  const resolved = resolveConfig({ tagId: '1', ...settings }, { UET_CAPI_TOKEN: 'token' });
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  return resolved.config.sites[0]!;
}

/** Of a server route; ids count up: `id-1`, `id-2`. */
export function serverFacts(settings: ConfigInput = {}, facts: Partial<Facts> = {}): Facts {
  let ids = 0;
  const site = siteOf(settings);
  return {
    site,
    rules: compileRules(site),
    clickParameter: createClickParameter(site.clickIdParams),
    source: 'server',
    now: NOW,
    client: undefined,
    clockShiftMs: 0,
    newId: () => `id-${++ids}`,
    ...facts,
  };
}

/** Of the pixel's route. */
export function browserFacts(settings: ConfigInput = {}, facts: Partial<Facts> = {}): Facts {
  return serverFacts(settings, { source: 'pixel', client: BROWSER, ...facts });
}
