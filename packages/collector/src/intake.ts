export type * from './intake/intake.ts';
