import type { Config } from '../../config/config.ts';
import type { Store } from '../../store/port.ts';
import type { Operation } from '../operation.ts';
import { createOverviewOperations } from './overview.ts';
import { createReportOperations } from './report.ts';
import { createSessionOperations } from './session.ts';

/** What operations work on. */
export interface OperationParts {
  config: Config;
  store: Store;
}

/** Every operation of the management API, in the order in which they are described. */
export function allOperations(parts: OperationParts): Operation[] {
  return [...createSessionOperations(), ...createOverviewOperations(parts), ...createReportOperations(parts)];
}
