import { z } from 'zod';
import { goalSchema } from '../../config/ads-schema.ts';
import type { Log } from '../../log.ts';
import { describeGoals, type GoalView } from '../../settings/describe-goals.ts';
import { switchGoal } from '../../settings/edit-site.ts';
import type { Settings } from '../../settings/settings.ts';
import { mayKnow, notFound, type Operation, operation } from '../operation.ts';
import { refusalProblem } from './refusal-problem.ts';

const from = z.enum(['default', 'file', 'store']);

const goal = z.object({
  site: z.string(),
  event: z.string().describe('Name of the events that feed it.'),
  goal: z.string().describe('Its name in Microsoft Advertising.'),
  kind: z.enum(['offline', 'online']),
  adjust: z.enum(['restate', 'retract']).optional().describe('The events correct a conversion.'),
  enabled: z.boolean(),
  send: z.enum(['all', 'attributed']),
  value: z.union([z.enum(['event', 'goal']), z.number()]),
  currency: z.string().optional(),
  from: z.object({ enabled: from, send: from }).describe('`store`: switched at run time.'),
});

export interface GoalOperationParts {
  settings: Settings;
  log: Log;
}

/** Which events feed which goals, and the switches of each. */
export function createGoalsOperations({ settings, log }: GoalOperationParts): Operation[] {
  const find = (site: string, event: string, name: string): GoalView | undefined =>
    describeGoals(settings.current()).find(
      (one) => one.site === site && one.event === event && one.goal === name,
    );

  return [
    operation({
      id: 'listGoals',
      method: 'GET',
      path: '/goals',
      summary: 'The setting `goals` of every site as it holds: which events feed which goals.',
      tag: 'Goals',
      needs: 'read',
      query: z.object({ site: z.string().optional().describe('Default: every site.') }),
      answer: z.object({ goals: z.array(goal) }),
      async handle({ query, principal }) {
        const goals = describeGoals(settings.current()).filter(
          ({ site }) => mayKnow(principal, site) && (query.site ?? site) === site,
        );
        return { value: { goals } };
      },
    }),
    operation({
      id: 'switchGoal',
      method: 'PATCH',
      path: '/goals',
      summary:
        'Switches a goal on or off, or changes what is sent to it. What waits for one that is off stays.',
      tag: 'Goals',
      needs: 'write',
      body: z.strictObject({
        site: z.string().min(1),
        event: goalSchema.shape.event,
        goal: goalSchema.shape.goal,
        enabled: z.boolean().nullable().optional().describe("Null: the file's again."),
        send: z
          .enum(['all', 'attributed'])
          .nullable()
          .optional()
          .describe("All events, or those of whom a click is known. Null: the file's again."),
      }),
      answer: goal,
      async handle({ body: { site, ...patch }, principal }) {
        if (!find(site, patch.event, patch.goal)) {
          return notFound(`a goal ${patch.goal} for the event ${patch.event} of the site ${site}`);
        }
        const changed = await settings.change(site, switchGoal(site, patch));
        if ('refused' in changed) return refusalProblem(changed);
        const { event: _, goal: name, ...switches } = patch;
        log.info(
          { site, by: principal.name, goal: name, ...switches },
          'a goal was switched by the management API',
        );
        return { value: find(site, patch.event, name)! };
      },
    }),
  ];
}
