import { attempt } from '../attempt.ts';
import { on, say } from '../debug.ts';
import { guard } from '../guard.ts';
import type { ConsentSource, Feature } from './feature.ts';

/** Microsoft Advertising in the IAB's Global Vendor List. */
const VENDOR = 1126;

/** Store and/or access information on a device: what `ad_storage` stands for. */
const PURPOSE = 1;

/** TCData of the IAB's Consent Management Platform API, as far as it is read. */
interface TcData {
  gdprApplies?: boolean;
  eventStatus?: 'tcloaded' | 'cmpuishown' | 'useractioncomplete';
  purpose?: { consents: Record<number, boolean> };
  vendor?: { consents: Record<number, boolean> };
  /**
   * What the site itself allows, by purpose and vendor: nothing (0), what the visitor consents to (1),
   * legitimate interest alone (2), which the purpose of storage does not know.
   */
  publisher?: { restrictions?: Record<number, Record<number, number>> };
}

type TcfApi = (command: string, version: number, heard: (data: TcData, ok: boolean) => void) => void;

/**
 * IAB TCF 2.2 and 2.3. Granted means: purpose 1 and Microsoft as vendor, both by consent, and the
 * site does not restrict Microsoft for it. Purpose 1 knows no legitimate interest, and it is what
 * Microsoft's own tag takes for storage; the purposes of measurement and personalisation say what
 * Microsoft may do with an event, which it reads in the TC string itself.
 */
const source: ConsentSource = (tell) => {
  const hear = guard((data: TcData, ok: boolean) => {
    if (!ok) return;
    if (data.gdprApplies === false) return tell(true, true);
    // Else asked, and not answered; or called before the platform knows anything.
    const isAnswered = /^(tcloaded|useractioncomplete)$/.test(data.eventStatus as string);
    const isRestricted = () => data.publisher!.restrictions![PURPOSE]![VENDOR]! % 2 === 0;
    const isGranted = () =>
      data.purpose!.consents[PURPOSE] && data.vendor!.consents[VENDOR] && !attempt(isRestricted);
    tell(isAnswered && !!attempt(isGranted), isAnswered);
  });
  return () => {
    const api = (window as { __tcfapi?: TcfApi }).__tcfapi;
    if (!api) return;
    // So far a stub, or a platform without the visitor's answer.
    tell();
    say('tcf');
    api('addEventListener', 2, hear);
    return true;
  };
};

const consentTcf: Feature = () => {
  on('source?', () => source);
};

export default consentTcf;
