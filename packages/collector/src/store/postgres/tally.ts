/**
 * So many connections count side by side; two that share a slot wait for each other's commit. The server's
 * processes are numbered, and a connection has one.
 */
const SLOTS = 64;

/**
 * Part of a statement that writes the tally of what the statement did.
 *
 * @param changes a query of rows `site, destination, state, change`: how many more, or fewer, are so
 */
export function tallied(changes: string): string {
  return `
  tallied AS (
    INSERT INTO uet_capi.tally (site, destination, state, slot, count)
    SELECT site, destination, state, pg_backend_pid() % ${SLOTS}, sum(change) FROM (${changes}) AS changes
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (site, destination, state, slot) DO UPDATE SET count = tally.count + excluded.count)`;
}
