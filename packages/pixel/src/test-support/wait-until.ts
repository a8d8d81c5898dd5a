/** How long a condition may take, ms: far longer than it ever does. */
export const DEADLINE_MS = 120_000;
const POLL_MS = 20;

/** Polls until the condition holds. */
export async function waitUntil(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
