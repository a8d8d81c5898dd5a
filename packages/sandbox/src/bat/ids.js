const hex = (byte) => byte.toString(16).padStart(2, '0');

/** A v4 UUID with dashes, the form of `mid`. Works in insecure contexts, unlike `randomUUID`. */
export function uuidV4() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return Array.from(bytes, hex)
    .join('')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** From 15 October 1582, where UUID time begins, to 1970: ms. */
const GREGORIAN_OFFSET_MS = 12_219_292_800_000n;

/** A v1 UUID without dashes, the form of `sid` and `vid`: time and a random node. */
export function uuidV1Hex() {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const ticks = (BigInt(Date.now()) + GREGORIAN_OFFSET_MS) * 10_000n + BigInt(random[8] * 37);
  const time = ticks.toString(16).padStart(15, '0').slice(-15);
  random[0] = (random[0] & 0x3f) | 0x80;
  // The multicast bit marks a node that is not a network card.
  random[2] |= 1;
  return `${time.slice(7)}${time.slice(3, 7)}1${time.slice(0, 3)}${Array.from(random.slice(0, 8), hex).join('')}`;
}
