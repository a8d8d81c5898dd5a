import { stdout } from 'node:process';
import type { Command } from 'commander';
import { accountOf, readChosenAccount } from '../ads/account.ts';
import type { Ads } from '../ads/of-config.ts';
import { fetchTagToken } from '../ads/tag-token.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/port.ts';
import { fail } from './exit.ts';
import { findSite } from './find-site.ts';
import { withAds } from './with-ads.ts';
import { withStore } from './with-store.ts';

const HELP = `
It is a secret. Alone on its line, so that it can go where secrets are kept:
  UET_CAPI_TOKEN=$(UET_CAPI_MODE=shadow uet-capi auth token)
(in mode live the settings are not complete without it).`;

/** `uet-capi auth token`: the tag's Conversions API token, as Microsoft has it. */
export function addAuthTokenCommand(auth: Command): void {
  auth
    .command('token')
    .description("print the Conversions API token of a site's UET tag")
    .option('--site <id>', 'of which site; needed where the settings have several')
    .addHelpText('after', HELP)
    .action(({ site }: { site?: string }) =>
      withStore((store, config) => withAds(store, config, (ads) => printToken(site, ads, store, config)), {
        create: true,
      }),
    );
}

async function printToken(
  id: string | undefined,
  { client }: Ads,
  store: Store,
  config: Config,
): Promise<void> {
  const site = findSite(config, id);
  if (!site) return;
  const account = accountOf(site, await readChosenAccount(store));
  if (!account) return fail('Nobody has said which account the tag belongs to: run `uet-capi auth login`.');
  const signal = AbortSignal.timeout(config.delivery.timeoutMs);
  const found = await fetchTagToken(client, account, site.tagId, signal);
  if ('token' in found) stdout.write(`${found.token}\n`);
  else fail(found.problem);
}
