import type { Site } from '../config/config.ts';
import type { Client } from '../intake/intake.ts';
import type { Source } from '../store/port.ts';
import type { ClickParameter } from './click-parameter.ts';
import type { Rules } from './rules/rules.ts';

/** All that the pipeline knows besides the event itself. Time and randomness come in here. */
export interface Facts {
  site: Site;
  rules: Rules;
  clickParameter: ClickParameter;
  source: Source;
  /** When it arrived, ms. */
  now: number;
  /** The browser that sent it; undefined on server routes, whose caller is nobody's visitor. */
  client: Client | undefined;
  /** Clock error of the sender, ms: added to the event's time. 0 where unknown. */
  clockShiftMs: number;
  /** A fresh id, time-ordered so that it lands at the end of the store's index. */
  newId(): string;
}
