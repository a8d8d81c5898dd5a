import type { Feature } from './feature.ts';

/** Looks for the API: so many, each so much later than the one before, ms. */
const LOOKS = 40;
const LOOK_STEP_MS = 50;

/** The national section is 7, those of the states are above it; below are TCF, Canada and the old US string. */
const FIRST_US_SECTION = 7;

/** `PingReturn` of the IAB's Global Privacy Platform API 1.1, as far as it is read. */
interface Ping {
  signalStatus?: string;
  applicableSections?: number[];
  /** By name (`usnat`, `usca`): the section's segments, or in some platforms one object of all fields. */
  parsedSections?: Record<string, Segment | Segment[]>;
}

/** Opt-outs: 0 not applicable, 1 opted out, 2 did not opt out. */
interface Segment {
  SaleOptOut?: number;
  SharingOptOut?: number;
  TargetedAdvertisingOptOut?: number;
  /** The browser's Global Privacy Control. */
  Gpc?: boolean | number;
}

type GppApi = (command: string, heard: (event: { pingData?: Ping }) => void) => void;

/**
 * IAB GPP, the sections of the United States: denied where the visitor opted out of sale, sharing or
 * targeted advertising in any of them. Where none of them applies it says nothing.
 */
const consentGpp: Feature = ({ addConsentSource, guard, later }) =>
  addConsentSource((tell) => {
    let looks = 0;
    const hear = guard(({ pingData }: { pingData?: Ping }) => {
      const { signalStatus, applicableSections = [], parsedSections = {} } = pingData!;
      if (signalStatus !== 'ready') return;
      if (!applicableSections.some((section) => section >= FIRST_US_SECTION)) return tell();
      const segments = ([] as Segment[]).concat(...Object.values(parsedSections));
      const optOuts = segments
        .flatMap(({ SaleOptOut, SharingOptOut, TargetedAdvertisingOptOut }) => [
          SaleOptOut,
          SharingOptOut,
          TargetedAdvertisingOptOut,
        ])
        .filter((value) => value !== undefined);
      if (segments.some(({ Gpc }) => Gpc)) tell('denied', 'binding');
      else if (optOuts.length) tell(optOuts.includes(1) ? 'denied' : 'granted');
    });
    const look = () => {
      const api = (window as { __gpp?: GppApi }).__gpp;
      if (api) {
        // So far a stub, or a platform without its signal.
        tell(undefined, 'default');
        api('addEventListener', hear);
      } else if (looks++ < LOOKS) later(look, looks * LOOK_STEP_MS);
    };
    look();
  });

export default consentGpp;
