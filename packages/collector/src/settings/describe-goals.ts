import type { Goal } from '../config/ads-schema.ts';
import type { GoalSwitch } from '../config/site-changes.ts';
import type { From } from './describe-site.ts';
import type { TakenUp } from './take-up.ts';

export type GoalView = Goal & {
  site: string;
  from: Record<'enabled' | 'send', Exclude<From, 'environment'>>;
};

/** The goals of all sites, and where their switches are from. */
export function describeGoals({ config, sources }: TakenUp): GoalView[] {
  return config.sites.flatMap((site, index) => {
    const { changes, file, defaults } = sources.sites[index]!;
    const ownList = changes && Object.hasOwn(changes.settings, 'goals');
    const isInFile = file !== undefined && !ownList;
    const written = ownList
      ? changes.settings.goals
      : ((file as { goals?: unknown })?.goals ?? defaults.goals);
    return site.goals.map((goal, place) => {
      const own = changes?.goals.find((one) => one.event === goal.event && one.goal === goal.goal);
      const raw = (written as object[] | undefined)?.[place] ?? {};
      const fromOf = (name: keyof Pick<GoalSwitch, 'enabled' | 'send'>) => {
        if (own?.[name] !== undefined) return 'store';
        if (!Object.hasOwn(raw, name)) return 'default';
        return isInFile ? 'file' : 'store';
      };
      return { ...goal, site: site.id, from: { enabled: fromOf('enabled'), send: fromOf('send') } };
    });
  });
}
