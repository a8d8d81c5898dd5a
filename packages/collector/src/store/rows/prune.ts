/**
 * Whether a walk from the oldest event has come to those that are kept: events stand in the order of their arrival.
 * One that is stamped later than now tells nothing of those behind it, since the clock was set back in between:
 * with it for an end they would be kept until its time has come and gone.
 *
 * @param receivedAt of the last event of a step, ms
 * @param before what was received earlier goes, ms
 */
export function isWalkOver(receivedAt: number, before: number, now: number): boolean {
  return receivedAt >= before && receivedAt <= now;
}
