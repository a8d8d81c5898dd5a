import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { findPeople, type Person } from '../../pipeline/person-keys.ts';
import { isKnownSiteOf } from '../../store/known-site.ts';
import type { People, Store, SubjectRecord } from '../../store/port.ts';
import { type Operation, operation, type Problem } from '../operation.ts';
import { eventSchema } from './event-schemas.ts';

export interface PeopleParts {
  config: Pick<Config, 'sites'>;
  store: Pick<Store, 'erase' | 'subject' | 'stats'>;
}

const TAG = 'People';

/** Beyond it the command line is the better way: it writes line by line. */
const MAX_RECORDS = 20_000;

/** In the body, since addresses stand in logs. */
const person = z.strictObject({
  visitor: z.string().min(1).optional().describe('Visitor id (`anonymousId`).'),
  customer: z.string().min(1).optional().describe('Customer id (`externalId`).'),
  email: z.string().min(1).optional().describe('In clear or its SHA-256.'),
  phone: z.string().min(1).optional().describe('In clear or its SHA-256.'),
  site: z.string().optional().describe('Default: every site.'),
});

const recordSchema = z.union([
  eventSchema.extend({ kind: z.literal('event') }),
  z.object({
    kind: z.literal('memory'),
    site: z.string(),
    key: z.string(),
    consent: z.enum(['granted', 'denied']).optional(),
    msclkid: z.string().optional(),
    clickedAt: z.number().optional(),
  }),
]);

/** A person's rights of access and erasure. Both take the admin token: what they tell is personal. */
export function createPeopleOperations({ config, store }: PeopleParts): Operation[] {
  async function find(body: Person): Promise<People | Problem> {
    const people = findPeople(body, config.sites);
    if (!people) return NOBODY;
    return (await isKnownSiteOf(people, config.sites, store)) ? people : NO_SITE;
  }
  return [
    operation({
      id: 'exportPerson',
      method: 'POST',
      path: '/people/export',
      summary: 'All that is stored of a person.',
      tag: TAG,
      needs: 'write',
      body: person,
      answer: z.object({ records: z.array(recordSchema) }),
      async handle({ body }) {
        const people = await find(body);
        if ('status' in people) return people;
        const records: SubjectRecord[] = [];
        for await (const some of store.subject(people)) {
          records.push(...some);
          if (records.length > MAX_RECORDS) return TOO_MANY;
        }
        return { value: { records } };
      },
    }),
    operation({
      id: 'erasePerson',
      method: 'POST',
      path: '/people/erase',
      summary:
        'Erases what is stored of a person: the content of events, what waits to be delivered, what is remembered.',
      tag: TAG,
      needs: 'write',
      body: person,
      answer: z.object({
        events: z.int().describe('Events that lost their content.'),
        waiting: z.int().describe('Those among them that waited.'),
        memories: z.int().describe('Ids that were remembered.'),
      }),
      async handle({ body, now }) {
        const people = await find(body);
        return 'status' in people ? people : { value: await store.erase(people, now) };
      },
    }),
  ];
}

/** It repeats no value. */
const NOBODY: Problem = {
  status: 422,
  code: 'nobody',
  message:
    'nobody is named: give visitor, customer, email or phone; a phone number with + and country code, or its ' +
    'country in the setting phoneCountry',
};

const NO_SITE: Problem = {
  status: 422,
  code: 'no_such_site',
  path: 'body.site',
  message: 'is the id of no site',
};

const TOO_MANY: Problem = {
  status: 422,
  code: 'too_many',
  message: `there are more than ${MAX_RECORDS} records: use uet-capi export`,
};
