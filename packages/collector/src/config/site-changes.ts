/** What was changed of a site at run time. It is laid over the file, and the environment over both. */
export interface SiteChanges {
  /** Not served, and nothing of it is delivered. Its events stay. */
  removed?: true | undefined;
  /** As a file would say them; for a site that is in no file, all of them. */
  settings: Record<string, unknown>;
  goals: GoalSwitch[];
  /** Sealed with the encryption key, see `site-secrets.ts`. They win over the variables. */
  secrets: { token?: string | undefined; serverKey?: string | undefined };
}

/** Changes those of the goals in the settings whose names these are. */
export interface GoalSwitch {
  event: string;
  goal: string;
  enabled?: boolean | undefined;
  send?: 'all' | 'attributed' | undefined;
}

/** By the site's id. */
export type Changes = Readonly<Record<string, SiteChanges>>;

/** The goals of a config with some of them switched. What is no list of goals is left for the schema to refuse. */
export function switchGoals(goals: unknown, switches: readonly GoalSwitch[]): unknown {
  if (!Array.isArray(goals)) return goals;
  return goals.map((raw: unknown) => {
    const goal = raw as Partial<GoalSwitch> | null;
    const change = switches.find((one) => one.event === goal?.event && one.goal === goal.goal);
    const { enabled = goal?.enabled, send = goal?.send } = change ?? {};
    return change ? { ...goal, ...(enabled !== undefined && { enabled }), ...(send && { send }) } : raw;
  });
}
