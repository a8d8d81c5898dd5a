import { isIPv4 } from 'node:net';

/**
 * An IP address without the part that tells one household from another: the first 24 bits of IPv4,
 * the first 48 of IPv6, as Google Analytics and Matomo do it.
 *
 * @param address a valid one
 * @example truncateIp('203.0.113.7') // '203.0.113.0'
 * @example truncateIp('2001:db8:1:2::3') // '2001:db8:1::'
 */
export function truncateIp(address: string): string {
  const mapped = MAPPED.exec(address)?.[1] ?? address;
  if (isIPv4(mapped)) return mapped.replace(/\d+$/, '0');
  // The URL parser writes an address in its one short form, without embedded IPv4.
  const [left = '', right] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const first = left.split(':').filter(Boolean);
  const last = (right ?? '').split(':').filter(Boolean);
  const groups = [...first, ...Array(8 - first.length - last.length).fill('0'), ...last];
  return new URL(`http://[${groups.slice(0, 3).join(':')}::]/`).hostname.slice(1, -1);
}

/** IPv4 on an IPv6 socket. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
