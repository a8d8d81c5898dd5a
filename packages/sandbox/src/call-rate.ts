/** Counts calls in a rolling window, by whoever makes them. */
export interface CallRate {
  /** Counts this call, and says how many there were in the last `windowMs`, this one included. */
  count(caller: string, now: number, windowMs: number): number;
  clear(): void;
}

export function createCallRate(): CallRate {
  const calls = new Map<string, number[]>();
  return {
    count(caller, now, windowMs) {
      const recent = (calls.get(caller) ?? []).filter((at) => at > now - windowMs && at <= now);
      recent.push(now);
      calls.set(caller, recent);
      return recent.length;
    },
    clear: () => calls.clear(),
  };
}
