/**
 * Whom an address stands for: IPv4 itself, IPv6 its first 64 bits, since every household and server
 * has that many addresses to itself. As text, whichever way the address was written.
 *
 * @param address a valid IP address
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  // The URL parser writes the shortest form: lower case, one `::`, IPv4 at the end as hex.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::');
  const first = groupsOf(head);
  if (tail === undefined) return `${first.slice(0, 4).join(':')}::/64`;
  const last = groupsOf(tail);
  const groups = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
