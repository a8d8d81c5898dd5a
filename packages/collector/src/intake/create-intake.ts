import type { Config, Site } from '../config/config.ts';
import { newPageLoadId, newTraceId, timeOrderedId } from '../ids.ts';
import { createClickParameter } from '../pipeline/click-parameter.ts';
import type { Facts } from '../pipeline/facts.ts';
import { compileRules } from '../pipeline/rules/rules.ts';
import type { Source } from '../store/port.ts';
import { type AdjustmentInput, takeAdjustments } from './adjustments.ts';
import { takeCapiRequest } from './capi.ts';
import { type ConversionInput, takeConversions } from './conversions.ts';
import type { Client, Intake, Refusal } from './intake.ts';
import type { IntakeEvents } from './intake-events.ts';
import type { LaterResult } from './later-result.ts';
import { takeNoscriptPage } from './noscript.ts';
import { takePixelBatch } from './pixel.ts';
import type { Storage } from './storage.ts';
import { inTestMode } from './test-event.ts';
import { type TrackEvent, type TrackResult, takeTracked } from './track.ts';

export interface TrackOptions {
  /** What `capi.context()` gave the page. */
  context?: string | undefined;
  /** Id of the site; needed only where the config has several. */
  site?: string;
}

/** The ways in of the HTTP side, and those for the site's own code. */
export type CompleteIntake = Intake & {
  upload(
    inputs: readonly ConversionInput[],
    site: string | undefined,
    now: number,
  ): Promise<LaterResult[] | Refusal>;
  adjust(
    inputs: readonly AdjustmentInput[],
    site: string | undefined,
    now: number,
  ): Promise<LaterResult[] | Refusal>;
  track(event: TrackEvent, options: TrackOptions, now: number): Promise<TrackResult | Refusal>;
  /** An event that never reaches Microsoft, whatever the site's mode. */
  test(event: TrackEvent, site: string, now: number): Promise<TrackResult | Refusal>;
};

/** Finds the site and the facts for each way in, and hands on. */
export function createIntake(
  config: Pick<Config, 'sites' | 'rootSite'>,
  storage: Storage,
  events: IntakeEvents,
): CompleteIntake {
  const byId = new Map(config.sites.map((site) => [site.id, site]));
  const byTag = new Map(config.sites.map((site) => [site.tagId, site]));

  const compiled = new Map(
    config.sites.map((site) => [
      site,
      { rules: compileRules(site), clickParameter: createClickParameter(site.clickIdParams) },
    ]),
  );

  const facts = (site: Site | undefined, source: Source, now: number, client?: Client): Facts => {
    if (!site) throw new Error('the config has no such site, or several and none was named');
    return {
      site,
      ...compiled.get(site)!,
      source,
      now,
      client,
      clockShiftMs: 0,
      newId: () => timeOrderedId(now),
    };
  };
  const siteOf = (id = config.rootSite) => (id === undefined ? undefined : byId.get(id));

  return {
    conversions: (siteId, inputs, now) =>
      takeConversions(inputs, facts(byId.get(siteId), 'server', now), storage, events),
    adjustments: (siteId, inputs, now) =>
      takeAdjustments(inputs, facts(byId.get(siteId), 'server', now), storage, events),
    upload: (inputs, site, now) => takeConversions(inputs, facts(siteOf(site), 'code', now), storage, events),
    adjust: (inputs, site, now) => takeAdjustments(inputs, facts(siteOf(site), 'code', now), storage, events),
    pixel: (siteId, envelope, client) =>
      takePixelBatch(envelope, facts(byId.get(siteId), 'pixel', client.receivedAt, client), storage, events),
    noscript: (siteId, page, client) =>
      takeNoscriptPage(
        page,
        facts(byId.get(siteId), 'noscript', client.receivedAt, client),
        newPageLoadId(),
        storage,
        events,
      ),
    capi: (tagId, body, receivedAt) =>
      takeCapiRequest(body, facts(byTag.get(tagId), 'server', receivedAt), newTraceId(), storage, events),
    track: (event, { context, site }, now) =>
      takeTracked(event, context, facts(siteOf(site), 'code', now), storage, events),
    test(event, siteId, now) {
      const { site, ...rest } = facts(byId.get(siteId), 'code', now);
      return takeTracked(event, undefined, { ...rest, site: inTestMode(site) }, storage, events);
    },
  };
}
