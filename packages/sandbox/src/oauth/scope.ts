import type { Knobs } from '../world/knobs.ts';

/** What gives access to the API; an older `ads.manage` or `bingads.manage` no longer does. */
const API_SCOPES: Record<Knobs['environment'], readonly [string, ...string[]]> = {
  production: ['https://ads.microsoft.com/msads.manage'],
  sandbox: ['https://si.ads.microsoft.com/msads.manage', 'https://api.ads.microsoft.com/msads.manage'],
};

/** The scope of a seeded grant. */
export function fullScope({ environment }: Knobs): string[] {
  return [API_SCOPES[environment][0], 'offline_access'];
}

export function opensApi(scope: readonly string[], { environment }: Knobs): boolean {
  return API_SCOPES[environment].some((name) => scope.includes(name));
}

export function splitScope(text: string): string[] {
  return text.split(' ').filter(Boolean);
}
