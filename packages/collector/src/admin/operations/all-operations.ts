import type { Config } from '../../config/config.ts';
import type { Store } from '../../store/port.ts';
import type { Operation } from '../operation.ts';
import { createSessionOperations } from './session.ts';

/** What operations work on. */
export interface OperationParts {
  config: Config;
  store: Store;
}

/** Every operation of the management API, in the order in which they are described. */
export function allOperations(_parts: OperationParts): Operation[] {
  return [...createSessionOperations()];
}
