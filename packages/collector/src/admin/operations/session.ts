import { z } from 'zod';
import { VERSION } from '../../version.ts';
import { type Operation, operation } from '../operation.ts';

/** Who is asking, and what they may do. */
export function createSessionOperations(): Operation[] {
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
        sites: z.array(z.string()).nullable().describe('Null: every site.'),
        version: z.string().describe('Version of the collector.'),
      }),
      handle: async ({ principal: { name, role, sites } }) => ({
        value: { name, role, sites: sites ? [...sites] : null, version: VERSION },
      }),
    }),
  ];
}
