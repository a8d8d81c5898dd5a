import type { RequestListener } from 'node:http';
import type { Operation } from './admin/operation.ts';
import type { PageFiles } from './admin/page-files.ts';
import type { Config } from './config/config.ts';
import { createFetchHandler, type FetchHandler } from './ingest/fetch.ts';
import { createListener, type Listener } from './ingest/listener.ts';
import { createScriptEncoder, type PixelBuild } from './ingest/pixel-script.ts';
import { createRateLimits, tellLimited } from './ingest/rate-limits.ts';
import { createRouter, type Router } from './ingest/router.ts';
import { wrap } from './ingest/wrap.ts';
import type { AdjustmentInput } from './intake/adjustments.ts';
import type { ConversionInput } from './intake/conversions.ts';
import { type CompleteIntake, createIntake, type TrackOptions } from './intake/create-intake.ts';
import type { Refusal } from './intake/intake.ts';
import type { LaterResult } from './intake/later-result.ts';
import type { Storage } from './intake/storage.ts';
import type { TrackEvent, TrackResult } from './intake/track.ts';
import type { Log } from './log.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Unready } from './observability/readiness.ts';
import { tellAll } from './observability/tell-all.ts';
import { logRuleFailures } from './rule-failure-log.ts';

/** The event routes in all the forms that a server may want, and the same for its own code. */
export interface Collector {
  /** For Express: `app.use('/m', collector.router)`. */
  router: Router;
  /** In front of an app, at full speed: `http.createServer(collector.wrap(app, '/m'))`. */
  wrap(app: RequestListener, mount: string): RequestListener;
  /** For frameworks that speak `Request` and `Response`. */
  fetch: FetchHandler;
  /**
   * An event that the site's own server reports. Resolves when it is durable; a wrong event is a
   * result, not an exception.
   *
   * @throws when nothing can be stored now (queue full, disk, stopping): try again
   */
  track(event: TrackEvent, options?: TrackOptions): Promise<TrackResult>;
  /**
   * What became true later: qualified leads, phone sales. One result for each, in order.
   *
   * @param options `site`: needed only where the config has several
   * @throws when nothing can be stored now: try again
   */
  conversions: {
    upload(conversions: readonly ConversionInput[], options?: { site?: string }): Promise<LaterResult[]>;
  };
  /**
   * Corrections: restated values and retractions. One result for each, in order.
   *
   * @throws when nothing can be stored now: try again
   */
  adjust(adjustments: readonly AdjustmentInput[], options?: { site?: string }): Promise<LaterResult[]>;
  /**
   * Takes nothing more (senders are asked to come again), delivers what is due for at most 8 s, and
   * closes the store. What could not be sent stays in it. Can be repeated.
   */
  close(): Promise<void>;
}

export interface FaceOptions {
  config: Config;
  log: Log;
  pixel: PixelBuild;
  page: PageFiles;
  operations: (config: Config, intake: CompleteIntake) => Operation[];
  closing: AbortSignal;
  storage: Storage;
  unreadyReasons: () => readonly Unready[];
  metrics: Metrics;
  /** Calls `serve` with the config whenever it has changed. */
  follow: (serve: (config: Config) => void) => void;
  close: () => Promise<void>;
}

/** All that a host application sees, whatever stands behind it. */
export function createFace(options: FaceOptions): Collector {
  const { log, pixel, page, operations, closing, storage, unreadyReasons, metrics, follow, close } = options;
  const events = tellAll(logRuleFailures(log), metrics.events.intake);
  const limits = tellLimited(createRateLimits(options.config), metrics.events.listener);
  const encode = createScriptEncoder();
  const serve = (config: Config) => {
    const intake = createIntake(config, storage, events);
    const listener = createListener({
      config,
      intake,
      pixel,
      encode,
      limits,
      admin: { files: page, operations: operations(config, intake), closing },
      isReady: () => unreadyReasons().length === 0,
      renderMetrics: metrics.render,
      events: metrics.events.listener,
      log,
    });
    return { intake, listener };
  };
  /** Everything that knows a config, so that no request sees half of two. */
  let current = serve(options.config);
  follow((config) => {
    current = serve(config);
  });
  const listener: Listener = (request) => current.listener(request);
  return {
    router: createRouter(listener),
    wrap: (app, mount) => wrap(listener, app, mount),
    fetch: createFetchHandler(listener),
    async track(event, options = {}) {
      return stored(await current.intake.track(event, options, Date.now()));
    },
    conversions: {
      upload: async (conversions, { site } = {}) =>
        stored(await current.intake.upload(conversions, site, Date.now())),
    },
    adjust: async (adjustments, { site } = {}) =>
      stored(await current.intake.adjust(adjustments, site, Date.now())),
    close,
  };
}

function stored<T extends object>(result: T | Refusal): T {
  if ('refused' in result) throw new Error('nothing could be stored now: try again');
  return result as T;
}
