import querystring from 'node:querystring';
import type { Config } from './config.ts';

/** Every secret that the config has fetched, as it stands in the environment. */
export function secretsOf({ sites, adminToken, readTokens, alerts, ads, databaseUrl }: Config): string[] {
  return [
    databaseUrl,
    ...passwordsOf(databaseUrl),
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

/** As it stands in the address, and as it is. The driver takes one among the parameters too. */
function passwordsOf(databaseUrl: string | undefined): string[] {
  const url = databaseUrl === undefined ? null : URL.parse(databaseUrl);
  if (url === null) return [];
  const asWritten = url.search.match(/(?<=[?&]password=)[^&]*/g) ?? [];
  return [
    ...[url.password, querystring.unescape(url.password)],
    ...[...asWritten, ...url.searchParams.getAll('password')],
  ].filter(Boolean);
}
