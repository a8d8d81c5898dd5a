import { attempt } from './attempt.ts';
import { consent, granted } from './capture/consent.ts';
import { identities, identityOf, pending } from './capture/identity.ts';
import { push } from './channels/uetq.ts';
import { say } from './debug.ts';
import { sendQueue } from './queue/queue.ts';
import { hasTag } from './settings.ts';

/** Something that waits: asked to go on, gives true when it is done. */
type Waiting = (leaving: boolean) => unknown;

/** In order of capture. */
const list = new Set<Waiting>();

/** The identities that the tag knows. */
let told: typeof identities;

/** Lets go on what may: not before a decision, and with consent not while hashes are under way. */
export function release(leaving = false): void {
  if (!consent() || (granted() && pending && !leaving)) return;
  const { em, ph } = identityOf(identities);
  if (granted() && hasTag() && identities !== told && (em || ph)) {
    told = identities;
    push('set', { pid: { em, ph } });
  }
  for (const go of list) if (attempt(() => go(leaving))) list.delete(go);
  sendQueue(leaving);
}

/** Keeps it until it is done; asked at the earliest at the end of this task. */
export function hold(go: Waiting): void {
  list.add(go);
  queueMicrotask(() => say('go?'));
}

/** Whether all that was held before is done. */
export function isFirst(go: Waiting): boolean {
  return [...list][0] === go;
}
