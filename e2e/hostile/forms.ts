/** The ways in which a server can have a collector. */
export const FORMS = ['alone', 'app.use', 'wrap'] as const;
export type Form = (typeof FORMS)[number];

/** What the process with the collector tells its parent. */
export type Told = { ports: Record<Form, number> } | { rss: number; heap: number };
