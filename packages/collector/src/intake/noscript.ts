import type { Facts } from '../pipeline/facts.ts';
import { judge } from '../pipeline/judge.ts';
import { prepare } from '../pipeline/prepare.ts';
import { asksForConsent } from '../pipeline/region.ts';
import { SKIP_REASONS } from '../pipeline/skip-reasons.ts';
import { accept } from './accept.ts';
import type { NoscriptPage } from './intake.ts';
import type { IntakeEvents } from './intake-events.ts';
import type { Storage } from './storage.ts';

/**
 * `GET /e.gif`: a page load of a browser without script, which can neither be asked for consent
 * nor tell who it is. Taken only where the site's consent default comes to `granted`.
 */
export async function takeNoscriptPage(
  { url, referrer, title }: NoscriptPage,
  facts: Facts,
  pageLoadId: string,
  storage: Storage,
  events: IntakeEvents,
): Promise<void> {
  if (!isGrantedByDefault(facts)) return events.onEvent(facts, 'skipped', SKIP_REASONS.consent_denied);
  const prepared = prepare(
    {
      eventType: 'pageLoad',
      eventTime: Math.floor(facts.now / 1_000),
      eventSourceUrl: url,
      referrerUrl: referrer,
      pageTitle: title,
      pageLoadId,
      consent: 'granted',
      userData: { anonymousId: facts.newId() },
    },
    facts,
  );
  const { event, errors, warnings } = judge(prepared, 0, facts.now);
  if (event) await accept([{ prepared, event, warnings }], facts, storage, events);
  else events.onEvent(facts, 'rejected', errors[0]?.errorCode);
}

function isGrantedByDefault({ site, client }: Facts): boolean {
  if (site.consent.default === 'region') return !asksForConsent(client?.country);
  return site.consent.default === 'granted';
}
