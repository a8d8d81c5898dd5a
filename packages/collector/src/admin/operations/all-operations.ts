import type { Ads } from '../../ads/of-config.ts';
import type { Config } from '../../config/config.ts';
import type { CompleteIntake } from '../../intake/create-intake.ts';
import type { Log } from '../../log.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Store } from '../../store/port.ts';
import type { Operation } from '../operation.ts';
import { createAlertOperations } from './alerts.ts';
import { createDestinationOperations } from './destinations.ts';
import { createDoctorOperations } from './doctor.ts';
import { createEventOperations } from './events.ts';
import { createGoalsOperations } from './goals.ts';
import { createOfflineOperations } from './offline.ts';
import { createOverviewOperations } from './overview.ts';
import { createPeopleOperations } from './people.ts';
import { createReconcileOperations } from './reconcile.ts';
import { createReportOperations } from './report.ts';
import { createSessionOperations } from './session.ts';
import { createSitesOperations } from './sites.ts';
import { createTestEventOperations } from './test-events.ts';

/** What operations work on. */
export interface OperationParts {
  /** As it holds: after a change the operations are made anew. */
  config: Config;
  store: Store;
  intake: CompleteIntake;
  settings: Settings;
  log: Log;
  /** Undefined where the settings of the Microsoft Advertising API are not all there. */
  ads: Ads | undefined;
}

/** Every operation of the management API, in the order in which they are described. */
export function allOperations(parts: OperationParts): Operation[] {
  return [
    ...createSessionOperations(parts.config),
    ...createEventOperations(parts),
    ...createPeopleOperations(parts),
    ...createTestEventOperations(parts),
    ...createOverviewOperations(parts),
    ...createDestinationOperations(parts),
    ...createReportOperations(parts),
    ...createDoctorOperations(parts),
    ...createSitesOperations(parts),
    ...createGoalsOperations(parts),
    ...createOfflineOperations(parts),
    ...createReconcileOperations(parts),
    ...createAlertOperations(parts),
  ];
}
