import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { siteShape } from '../../config/schema.ts';
import { SITE_SECRETS, sealSecret } from '../../config/site-secrets.ts';
import type { Log } from '../../log.ts';
import { describeOthers, describeSites } from '../../settings/describe-site.ts';
import { addSite, changeSite, type Edit, removeSite, type SitePatch } from '../../settings/edit-site.ts';
import type { Settings } from '../../settings/settings.ts';
import {
  type Done,
  mayKnow,
  notFound,
  type Operation,
  operation,
  type Principal,
  type Problem,
} from '../operation.ts';
import { refusalProblem } from './refusal-problem.ts';

const siteId = z.string().min(1).describe('Id of the site.');

/** A key that objects lose. */
const newId = siteId.refine((text) => text !== '__proto__', 'must be another id');

/** Longer than any token that Microsoft gives, characters. */
const MAX_SECRET_CHARS = 4_000;

const secret = z.string().trim().min(1).max(MAX_SECRET_CHARS).nullable().optional();

/** Names alone: what a value may be is decided by the schema of the config, with everything that it is laid over. */
const changes = z
  .looseObject({
    token: secret.describe(
      "The tag's Conversions API token, kept encrypted and never shown. Null: the variable's value again.",
    ),
    serverKey: secret.describe('Key of the server routes, kept likewise.'),
  })
  .describe(
    `Settings of a site as in a config file: ${Object.keys(siteShape).join(', ')}. What is not named stays; null: ` +
      "the file's value again. endpoint, testEndpoint, filter and transform are changed in the file alone.",
  );

const from = z.enum(['default', 'file', 'store', 'environment']);
const secretFrom = z.enum(['store', 'environment']).optional().describe('Missing: there is none.');

const site = z.object({
  id: z.string(),
  tagId: z.string(),
  mode: z.enum(['live', 'shadow', 'test']),
  origin: z.enum(['file', 'store']).describe('In the config file, or added at run time.'),
  paths: z
    .object({ script: z.string(), events: z.string() })
    .describe('Where its pages find script and events, below the place where the collector is mounted.'),
  settings: z.record(
    z.string(),
    z.object({ value: z.unknown().describe('Missing: none, or code in the config file.'), from }),
  ),
  secrets: z.object({ token: secretFrom, serverKey: secretFrom }),
});

export interface SiteOperationParts {
  config: Config;
  settings: Settings;
  log: Log;
}

/** Sites and their tags: as they are, and changes that hold at once and in every process. */
export function createSitesOperations({ config, settings, log }: SiteOperationParts): Operation[] {
  const viewOf = (id: string) => describeSites(settings.current()).find((one) => one.id === id);

  /** What is to be changed, with its secrets sealed. */
  function patchOf(
    siteId: string,
    { token, serverKey, ...rest }: z.output<typeof changes>,
  ): SitePatch | Problem {
    const given = { token, serverKey };
    const { encryptionKey: key, encryptionKeyEnv } = config.ads;
    const secrets: SitePatch['secrets'] = {};
    for (const name of SITE_SECRETS) {
      const value = given[name];
      if (value && !key) return noKey(name, encryptionKeyEnv);
      if (value !== undefined) secrets[name] = value && key ? sealSecret(value, siteId, name, key) : null;
    }
    return { settings: rest, secrets };
  }

  /** @param names of what is changed, for the log */
  async function change(
    id: string,
    names: string[],
    edit: Edit,
    by: Principal,
  ): Promise<Problem | undefined> {
    const changed = await settings.change(id, edit);
    if ('refused' in changed) return refusalProblem(changed);
    log.info({ site: id, by: by.name, settings: names }, 'settings were changed by the management API');
    return undefined;
  }

  async function save(
    id: string,
    body: z.output<typeof changes>,
    edit: (id: string, patch: SitePatch) => Edit,
    by: Principal,
  ): Promise<Done<z.input<typeof site>> | Problem> {
    const patch = patchOf(id, body);
    if ('status' in patch) return patch;
    const problem = await change(id, Object.keys(body), edit(id, patch), by);
    return problem ?? { value: viewOf(id)! };
  }

  return [
    operation({
      id: 'listSites',
      method: 'GET',
      path: '/sites',
      summary: 'Every site that is served, and for each setting whether file, store or environment says it.',
      tag: 'Sites',
      needs: 'read',
      answer: z.object({
        sites: z.array(site),
        removed: z
          .array(z.string())
          .describe('Sites of the file that were removed; adding one serves it again.'),
        ignored: z
          .array(
            z.object({
              site: z.string(),
              problems: z.array(z.object({ path: z.string(), message: z.string() })),
            }),
          )
          .describe('Changes that cannot be used with the config as it is now.'),
      }),
      async handle({ principal }) {
        const { removed, ignored } = describeOthers(settings);
        return {
          value: {
            sites: describeSites(settings.current()).filter((one) => mayKnow(principal, one.id)),
            removed: removed.filter((one) => mayKnow(principal, one)),
            ignored: ignored
              .filter((one) => mayKnow(principal, one.site))
              .map(({ site, problems }) => ({ site, problems: [...problems] })),
          },
        };
      },
    }),
    operation({
      id: 'getSite',
      method: 'GET',
      path: '/sites/{site}',
      summary: 'One site and its settings.',
      tag: 'Sites',
      needs: 'read',
      params: z.object({ site: siteId }),
      answer: site,
      async handle({ params, principal }) {
        const found = mayKnow(principal, params.site) ? viewOf(params.site) : undefined;
        return found ? { value: found } : notFound(`the site ${params.site}`);
      },
    }),
    operation({
      id: 'addSite',
      method: 'POST',
      path: '/sites',
      summary: 'Adds a site, or serves one of the file again. It is served at once, by every process.',
      tag: 'Sites',
      needs: 'write',
      status: 201,
      body: changes.extend({ id: newId }),
      answer: site,
      handle: ({ body: { id, ...body }, principal }) => save(id, body, addSite, principal),
    }),
    operation({
      id: 'changeSite',
      method: 'PATCH',
      path: '/sites/{site}',
      summary: 'Changes settings of a site. All of them hold at once, or none where one is wrong.',
      tag: 'Sites',
      needs: 'write',
      params: z.object({ site: siteId }),
      body: changes,
      answer: site,
      handle: ({ params, body, principal }) => save(params.site, body, changeSite, principal),
    }),
    operation({
      id: 'removeSite',
      method: 'DELETE',
      path: '/sites/{site}',
      summary: 'Serves a site no more and delivers nothing of it. What is stored of it stays.',
      tag: 'Sites',
      needs: 'write',
      params: z.object({ site: siteId }),
      answer: z.object({ removed: z.string() }),
      async handle({ params, principal }) {
        const problem = await change(params.site, ['removed'], removeSite(params.site), principal);
        return problem ?? { value: { removed: params.site } };
      },
    }),
  ];
}

function noKey(name: string, variable: string): Problem {
  return {
    status: 409,
    code: 'no_encryption_key',
    path: `body.${name}`,
    message:
      `it would be stored, and there is no key to encrypt it with: set ${variable} to 32 random bytes in base64 ` +
      '(openssl rand -base64 32), or name a variable with tokenEnv or serverKeyEnv',
  };
}
