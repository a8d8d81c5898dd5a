import type { Goal } from '../../config/ads-schema.ts';
import { GOAL_SWITCHED_OFF } from '../../store/own-reasons.ts';
import type { Gate } from './gate.ts';

/** What waits for a goal that is switched off is looked at again each hour, ms. */
const SWITCHED_OFF_MS = 3_600_000;

/** Lets nothing out for a goal whose mappings are all switched off; it waits for as long as Microsoft would take it. */
export function goalGate(goals: readonly Goal[]): Gate {
  const names = new Set(goals.map(({ goal }) => goal));
  for (const { goal, enabled } of goals) if (enabled) names.delete(goal);
  return {
    async look(wire) {
      if (names.size === 0) return undefined;
      const { ConversionName: goal } = JSON.parse(wire) as { ConversionName: string };
      return names.has(goal)
        ? {
            state: 'deferred',
            delayMs: SWITCHED_OFF_MS,
            code: GOAL_SWITCHED_OFF,
            message: 'The goal is switched off in the settings; it waits.',
          }
        : undefined;
    },
    itemOf: (wire) => wire,
  };
}
