import { BlockList, isIP } from 'node:net';
import type { CapiEvent } from '@uet-capi/protocol';
import type { Site } from '../../config/config.ts';
import { hostOf, matchesHost } from '../host-pattern.ts';

/** Name of page loads in `filters.names`: they need not have one. */
const PAGE_LOAD = 'pageLoad';

/**
 * The setting `filters`.
 *
 * @returns why an event is left out, undefined where it is not. It must have its whole IP address.
 */
export function compileFilters({
  ips,
  hosts,
  names,
}: Site['filters']): (event: CapiEvent) => string | undefined {
  const own = blockListOf(ips);
  return ({ eventType, eventName, eventSourceUrl, userData }) => {
    if (ips.length > 0 && isListed(own, userData.clientIpAddress)) return 'IP address (filters.ips)';
    if (hosts.length > 0) {
      const host = hostOf(eventSourceUrl);
      if (hosts.some((pattern) => matchesHost(host, pattern))) return 'host (filters.hosts)';
    }
    const name = eventType === 'pageLoad' ? PAGE_LOAD : eventName;
    return name !== undefined && names.includes(name) ? 'event name (filters.names)' : undefined;
  };
}

/** True for an address or range as `filters.ips` takes them: `203.0.113.7`, `2001:db8::/32`. */
export function isIpRange(range: string): boolean {
  try {
    blockListOf([range]);
    return true;
  } catch {
    return false;
  }
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const slash = range.indexOf('/');
    const address = slash < 0 ? range : range.slice(0, slash);
    const bits = range.slice(slash + 1);
    if (slash < 0) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN, familyOf(address));
  }
  return list;
}

function isListed(list: BlockList, address: string | undefined): boolean {
  return address !== undefined && isIP(address) !== 0 && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
