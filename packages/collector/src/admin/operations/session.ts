import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { VERSION } from '../../version.ts';
import { mayKnow, type Operation, operation } from '../operation.ts';

/** Who is asking, and what they may do. */
export function createSessionOperations(config: Pick<Config, 'sites'>): Operation[] {
  return [
    operation({
      id: 'getSession',
      method: 'GET',
      path: '/session',
      summary: 'Who is asking: the name of the token, what it may do, and for which sites.',
      tag: 'Session',
      needs: 'read',
      answer: z.object({
        name: z.string(),
        role: z.enum(['admin', 'read']).describe('`read` changes nothing.'),
        sites: z.array(z.string()).describe('Ids of the sites that one may know of.'),
        version: z.string().describe('Version of the collector.'),
      }),
      async handle({ principal }) {
        const sites = config.sites.map(({ id }) => id).filter((site) => mayKnow(principal, site));
        return { value: { name: principal.name, role: principal.role, sites, version: VERSION } };
      },
    }),
  ];
}
