export { type Collector, createCollector } from './collector.ts';
export { ConfigError } from './config/error.ts';
export type { ConfigProblem } from './config/problems.ts';
export type { ConfigInput } from './config/schema.ts';
export type { TrackOptions } from './intake/create-intake.ts';
export type { TrackEvent, TrackResult } from './intake/track.ts';
export type { Filter, RuleFacts, Transform } from './pipeline/rules/rule.ts';
