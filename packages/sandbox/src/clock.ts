import { z } from 'zod';

/**
 * What `POST /_sandbox/clock` takes: `now` sets the clock (ms since 1970, or ISO 8601 with a zone)
 * and it runs on from there; `offsetMs` puts it ahead of the machine's (negative: behind); neither
 * puts it back to the machine's.
 */
export const clockSettingSchema = z
  .strictObject({
    now: z.union([z.int().nonnegative(), z.iso.datetime({ offset: true })]).optional(),
    offsetMs: z.int().optional(),
  })
  .refine(({ now, offsetMs }) => now === undefined || offsetMs === undefined, {
    message: 'give either now or offsetMs',
  });

export type ClockSetting = z.input<typeof clockSettingSchema>;

export interface Clock {
  /** Ms since 1970. */
  now(): number;
  set(setting: ClockSetting): void;
}

/** The sandbox's clock, which decides how old an event is. Runs with the machine's, at an offset. */
export function createClock(): Clock {
  let offsetMs = 0;
  return {
    now: () => Date.now() + offsetMs,
    set({ now, offsetMs: offset = 0 }) {
      offsetMs = now === undefined ? offset : new Date(now).getTime() - Date.now();
    },
  };
}
