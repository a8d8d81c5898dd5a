import { memoize } from '../memoize.ts';
import type { Incoming } from './exchange.ts';
import type { Trust } from './proxies.ts';

/** The address under which the visitor's browser reached the collector. */
export interface OwnAddress {
  /** Lower case, without port; undefined where the header is none. */
  hostname: string | undefined;
  /** Whether the browser's side of the connection is https. */
  secure: boolean;
}

/**
 * Reads `Host`, and in front of it `X-Forwarded-Host` and `X-Forwarded-Proto` where the peer is a
 * trusted proxy: anybody else could write them.
 */
export function ownAddress(request: Incoming, trust: Trust): OwnAddress {
  const forwarded = (name: string) =>
    trust(request.peer, 0) ? firstOf(request.header(`x-forwarded-${name}`)) : undefined;
  const host = forwarded('host') ?? request.header('host') ?? request.header(':authority');
  const proto = forwarded('proto')?.toLowerCase();
  return {
    hostname: host ? hostnameOf(host) : undefined,
    secure: proto === undefined ? request.encrypted : proto === 'https',
  };
}

const hostnameOf = memoize((host) => URL.parse(`http://${host}`)?.hostname || undefined);

/** The entry of the outermost proxy, which stood before the browser. */
function firstOf(list: string | undefined): string | undefined {
  return list?.replace(/,.*/, '').trim() || undefined;
}
