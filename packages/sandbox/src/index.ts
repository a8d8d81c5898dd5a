export type { AdjustmentRow, OfflineRow } from './ads/offline-view.ts';
export type { AcceptedEvent } from './capi-events.ts';
export type { ClockSetting } from './clock.ts';
export type { Channel, Conversion } from './conversions.ts';
export type { FaultSwitch } from './faults.ts';
export type { PageLoad } from './page-loads.ts';
export type { RequestRecord } from './request-log.ts';
export { createSandbox, type Sandbox, type SandboxOptions } from './sandbox.ts';
export type { Seed } from './world/seed.ts';
