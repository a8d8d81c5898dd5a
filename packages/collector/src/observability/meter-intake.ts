import type { Registry } from 'prom-client';
import type { Site } from '../config/config.ts';
import type { IntakeEvents } from '../intake/intake-events.ts';
import { SKIP_REASONS } from '../pipeline/skip-reasons.ts';
import type { Source } from '../store/port.ts';
import { createBoundedLabels } from './bounded-labels.ts';
import { createTally } from './tally.ts';

const SOURCES: readonly Source[] = ['pixel', 'noscript', 'server', 'code'];

/** Class of every skip by a rule that is the site's own: its words may say anything. */
const OWN_RULE = 'rule';

const CLASSES = Object.entries(SKIP_REASONS);

/** Counts events by what became of them when they arrived. */
export function meterIntake(registry: Registry): {
  events: IntakeEvents;
  /** An alert on a rate needs the zero before the first event. */
  expect(sites: readonly Pick<Site, 'id'>[]): void;
} {
  const add = createTally(registry, {
    name: 'uet_capi_events_total',
    help: 'Events answered for, by what became of them: accepted (stored, to be delivered), duplicate, skipped, rejected.',
    labelNames: ['site', 'source', 'result', 'reason'],
  });
  const codeOf = createBoundedLabels();
  return {
    events: {
      onEvent({ site, source }, result, reason) {
        add(1, site.id, source, result, reasonClass(result, reason));
      },
    },
    expect(sites) {
      for (const { id } of sites) for (const source of SOURCES) add(0, id, source, 'accepted', '');
    },
  };

  function reasonClass(result: string, reason: string | undefined): string {
    if (reason === undefined) return '';
    if (result !== 'skipped') return codeOf(reason);
    return CLASSES.find(([, words]) => reason.startsWith(words))?.[0] ?? OWN_RULE;
  }
}
