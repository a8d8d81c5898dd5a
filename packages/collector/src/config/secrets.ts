import type { Config } from './config.ts';

/** Every secret that the config has fetched, as it stands in the environment. */
export function secretsOf({ sites, adminToken, readTokens, alerts, ads }: Config): string[] {
  return [
    ...sites.flatMap(({ token, serverKey }) => [token, serverKey]),
    adminToken,
    ...readTokens.map(({ token }) => token),
    alerts.webhook,
    alerts.secret,
    ads.developerToken,
    ads.clientSecret,
    ads.encryptionKey?.toString('base64'),
  ].filter((secret) => secret !== undefined);
}
