import type { Log } from '../log.ts';

/** A fault that every request meets must not fill the disk with its log: lines of one kind in an interval. */
const MAX_LINES = 5;
const INTERVAL_MS = 10_000;

interface Kind {
  intervalEnd: number;
  lines: number;
  suppressed: number;
}

/**
 * Writes the first five lines of a kind (message and destination) in ten seconds. The others are
 * counted, and the next line that is written says how many there were (`suppressed`).
 *
 * @param clock ms
 */
export function limitRepeats(log: Log, clock: () => number = Date.now): Log {
  const kinds = new Map<string, Kind>();

  const limited =
    (level: keyof Log) =>
    (facts: object, message: string): void => {
      const now = clock();
      const key = `${message}\n${'destination' in facts ? facts.destination : ''}`;
      let kind = kinds.get(key);
      if (!kind || now >= kind.intervalEnd) {
        kind = { intervalEnd: now + INTERVAL_MS, lines: 0, suppressed: kind?.suppressed ?? 0 };
        kinds.set(key, kind);
      }
      if (kind.lines === MAX_LINES) {
        kind.suppressed++;
        return;
      }
      kind.lines++;
      const { suppressed } = kind;
      kind.suppressed = 0;
      log[level](suppressed > 0 ? { ...facts, suppressed } : facts, message);
    };

  return { info: limited('info'), warn: limited('warn'), error: limited('error') };
}
