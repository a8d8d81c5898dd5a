import type { Capi } from './api.ts';
import { attempt } from './attempt.ts';
import type { Feature } from './features/feature.ts';
import { guard } from './guard.ts';
import { startPixel } from './pixel.ts';
import { configure, configureByAttributes, type PixelSettings } from './settings.ts';

/**
 * The script tag, `c.js`: reads its settings, puts the running pixel in the place of the stub, and
 * does what the stub was asked meanwhile, in order.
 */

/** A call that the stub took down: method, arguments, id given back, time in ms. */
type StubCall = [method: keyof Capi, args: unknown[], id: string, time: number];

type Stub = Partial<Capi> & { q?: StubCall[] & { r?: (state: unknown) => void } };

function start(baked: Partial<PixelSettings>, features: Feature[]): void {
  const stub = (window.capi || { q: [] }) as Stub;
  const calls = stub.q;
  // A second copy of the script: the first one runs.
  if (!calls) return;
  // A module is no current script: its element is found by the name. One that was inlined has none.
  const { src, dataset } = (attempt(() => document.currentScript) ||
    document.querySelector(`script[type=module][src*="/${baked.scriptPath || 'c.js'}"]`) ||
    {}) as HTMLScriptElement;
  configure({ endpoint: src && new URL('.', src).href } as PixelSettings);
  configure(baked);
  configureByAttributes(dataset);
  for (const [method, [over]] of calls) if (method === 'init') configure(over as PixelSettings);

  const capi = startPixel(features);
  // `track` takes the id that the stub gave back, and the time, behind what the page gives.
  const replay = guard(([method, args, id, time]: StubCall) =>
    (capi[method] as (...args: unknown[]) => unknown)(...args, id, time),
  );
  // The same object: who kept a reference to the stub has the pixel now.
  window.capi = Object.assign(stub, capi);
  delete stub.q;
  calls.forEach(replay);
  // Methods that were taken off the stub still put their calls here.
  calls.push = (call) => Number(replay(call));
  capi.ready.then(calls.r);
}

// The collector puts the settings, a JSON object, and the features that they use, a list of
// functions, in the place of these literals.
guard(start)('%CAPI_SETTINGS%' as Partial<PixelSettings>, '%CAPI_FEATURES%' as unknown as Feature[]);
