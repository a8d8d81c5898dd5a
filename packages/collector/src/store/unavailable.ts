/**
 * The store as a whole could not do it: disk full, locked for too long, worker gone. It says
 * nothing about the arguments; the same call may succeed later. Any other rejection of a store
 * call is about that call alone.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
