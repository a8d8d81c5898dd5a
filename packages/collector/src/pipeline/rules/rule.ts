import type { CapiEvent, Consent } from '@uet-capi/protocol';
import type { Source } from '../../store/port.ts';

/** What a site's own rule is told besides the event. */
export interface RuleFacts {
  /** Id of the site. */
  site: string;
  /** How it came: by the pixel, the image, a server route, or `collector.track`. */
  source: Source;
  /** In force for this event. Refused ones come here only where the site delivers them, as anonymous events. */
  consent: Consent;
  /** When it arrived, ms. */
  receivedAt: number;
}

/**
 * Decides whether an event is delivered: `true`, `false`, or the reason why not. Synchronous, so
 * that an event is never acknowledged later, or lost, because of something else that is slow.
 *
 * @param event a copy in Microsoft's terms, with its id, as it would be sent
 */
export type Filter = (event: CapiEvent, facts: RuleFacts) => boolean | string;

/**
 * Changes an event: gives the event to send, or `null` or a reason where it is not to be delivered.
 * Type, name, id, page-load id and consent stay what they are.
 *
 * @param event a copy, which may be changed and returned
 */
export type Transform = (event: CapiEvent, facts: RuleFacts) => CapiEvent | string | null;
