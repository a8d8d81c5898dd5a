import { on } from '../debug.ts';
import { guard } from '../guard.ts';
import type { ConsentSource, Feature } from './feature.ts';

/** The national section is 7, those of the states are above it; below are TCF, Canada and the old US string. */
const FIRST_US_SECTION = 7;

/** `PingReturn` of the IAB's Global Privacy Platform API 1.1, as far as it is read. */
interface Ping {
  signalStatus?: string;
  applicableSections?: number[];
  /** By name (`usnat`, `usca`): the section's segments, or in some platforms one object of all fields. */
  parsedSections?: Record<string, Segment | Segment[]>;
}

/**
 * By field: `SaleOptOut`, `SharingOptOut`, `TargetedAdvertisingOptOut`, and `Gpc`, the browser's Global
 * Privacy Control. No other name of any section ends like these.
 */
type Segment = Record<string, unknown>;

/** 0 is not applicable, 2 did not opt out. */
const OPTED_OUT = 1;

type GppApi = (command: string, heard: (event: { pingData?: Ping }) => void) => void;

/**
 * IAB GPP, the sections of the United States: denied where the visitor opted out of sale, sharing or
 * targeted advertising in any of them. Where none of them applies it says nothing.
 */
const source: ConsentSource = (tell) => {
  const hear = guard(({ pingData }: { pingData?: Ping }) => {
    const { signalStatus, applicableSections = [], parsedSections = {} } = pingData!;
    if (signalStatus !== 'ready') return;
    if (!applicableSections.some((section) => section >= FIRST_US_SECTION)) return tell(undefined, true);
    const fields = ([] as Segment[]).concat(...Object.values(parsedSections)).flatMap(Object.entries);
    const optOuts = fields.filter(([name]) => /OptOut$/.test(name));
    if (fields.some(([name, value]) => name === 'Gpc' && value)) tell(false, true, true);
    else if (optOuts.length) tell(!optOuts.some(([, value]) => value === OPTED_OUT), true);
  });
  return () => {
    const api = (window as { __gpp?: GppApi }).__gpp;
    if (!api) return;
    // So far a stub, or a platform without its signal.
    tell();
    api('addEventListener', hear);
    return true;
  };
};

const consentGpp: Feature = () => {
  on('source?', () => source);
};

export default consentGpp;
