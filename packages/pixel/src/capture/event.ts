import type { PixelEvent } from '@uet-capi/protocol';
import { attempt, read } from '../attempt.ts';
import { push, tagParams } from '../channels/uetq.ts';
import { say } from '../debug.ts';
import { drop, type Entry, enqueue } from '../queue/queue.ts';
import type { Item } from '../queue/store.ts';
import { hasTag } from '../settings.ts';
import { hold } from '../waiting.ts';
import { clickId } from './click-id.ts';
import { consent, granted } from './consent.ts';
import { identities, identityOf } from './identity.ts';
import type { Page } from './page.ts';
import { visitor } from './visitor.ts';

/** Identifiers kept in this browser; empty without consent. */
export interface Identifiers {
  anonymousId?: string;
  msclkid?: string | undefined;
}

export function identifiers(): Identifiers {
  return granted() ? { anonymousId: visitor(), msclkid: clickId() } : {};
}

/** The part of a wire event that is known when it happens. */
export type Captured = Omit<PixelEvent, 'consent'>;

/** On the way to the collector; on disk with consent only. */
export function send(content: Omit<Item, 'at'>): Entry {
  return enqueue({ ...content, at: Date.now() }, granted());
}

/**
 * An event as it happens: its own facts and those of the page around it. It goes to the tag and to
 * the collector once consent, the id of its page and hashes under way are settled.
 *
 * @param time ms
 * @param facts without `eventId` it is called like its page
 * @param isPushed the tag has it already
 */
export function capture(page: Page, time: number, facts: Partial<Captured>, isPushed?: boolean): void {
  // What is undefined does not get on the wire.
  const event = {
    eventType: 'custom',
    eventTime: Math.floor(time / 1000),
    eventSourceUrl: page.url,
    referrerUrl: page.referrer || undefined,
    pageTitle: attempt(() => document.title) || undefined,
    keywords: attempt(() => read(document.querySelector('meta[name=keywords i]'), 'content')) || undefined,
    ...facts,
  } as Captured;
  const { eventName = '', customData = {} } = event;
  const isPage = event.eventType === 'pageLoad';
  const who = identities;
  let signed: PixelEvent;
  let entry: Entry | undefined;
  say('held', event);
  hold((leaving) => {
    if (!entry) {
      if (granted() && page.pending) return;
      const userData = { ...identifiers(), ...(granted() && identityOf(who)) };
      if (isPage) page.sentAs = page.id;
      signed = {
        // The revenue of a page load follows it under its id.
        eventId: page.sentAs + (isPage ? '' : '-revenue'),
        ...event,
        pageLoadId: page.id,
        consent: consent(),
        userData,
      } as PixelEvent;
      const answers = say('out?', signed);
      if (answers.includes(false) || !(granted() || answers.includes(true))) {
        say('not sent', event, consent());
        return true;
      }
      entry = send({ event: signed });
      const isForTag = granted() && hasTag();
      // On disk, and not to be sent before it is known what became of the tag's copy.
      entry.busy = isForTag && !isPage;
      if (isForTag && !isPushed && (!isPage || 'value' in customData))
        push('event', eventName, tagParams(customData, signed.eventId + (isPage ? '-revenue' : '')));
    }
    if (entry.busy) {
      const answers = granted() ? say('copy?', signed, leaving) : [false];
      if (answers.includes(false)) {
        drop(entry);
        say('copy withheld', signed);
        return true;
      }
      if (answers.includes('wait') && !leaving) return;
      entry.busy = false;
    }
    say('queued', event, signed);
    return true;
  });
}
