import { basename } from 'node:path';
import { toStorable } from '../../storable-text.ts';
import { scrubText } from '../scrub/scrub.ts';

/** Names of error classes, and no text that somebody put into `name`. */
const CLASS_NAME = /^[A-Z]\w{0,40}$/;

/** `at transform (file:///srv/shop/uet-capi.config.ts:12:5)`: its file, line and column. */
const FRAME = /^\s+at .*?([^\s(]+):(\d+):(\d+)\)?$/m;

/** Longest reason that is kept, characters. */
const MAX_REASON_CHARS = 200;

/**
 * What a rule threw, told without its message, which may quote the event.
 *
 * @example 'TypeError at uet-capi.config.ts:12:5'
 */
export function describeThrown(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'it threw something that is no Error';
  const name = CLASS_NAME.test(thrown.name) ? thrown.name : 'Error';
  const stack = String(thrown.stack).replace(thrown.message, '');
  const [, file, line, column] = FRAME.exec(stack) ?? [];
  return file === undefined ? name : scrubText(`${name} at ${basename(file)}:${line}:${column}`);
}

/** A rule's own words, without what it may have quoted. */
export function cleanReason(reason: string): string {
  // The cut may go through an emoji.
  return scrubText(toStorable(reason.replace(/\p{Cc}/gu, ' ').slice(0, MAX_REASON_CHARS)));
}
