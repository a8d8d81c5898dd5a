const FRACTION = 2 ** 32;

const PRIMES = (() => {
  const found = [];
  for (let n = 2; found.length < 64; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
})();

/** The first 32 bits of the fractional part. */
const fractionBits = (x) => ((x - Math.floor(x)) * FRACTION) | 0;
const INITIAL = PRIMES.slice(0, 8).map((p) => fractionBits(Math.sqrt(p)));
const ROUND = PRIMES.map((p) => fractionBits(Math.cbrt(p)));

const rotate = (x, n) => (x >>> n) | (x << (32 - n));

/**
 * SHA-256 in hex, one byte per character as Microsoft's tag takes them (so that text beyond Latin-1
 * hashes differently from UTF-8). Synchronous, because SubtleCrypto would reorder events and is
 * missing on plain http pages.
 */
export function sha256(text) {
  const bytes = Array.from(text, (c) => c.charCodeAt(0) & 0xff);
  const bitLength = bytes.length * 8;
  bytes.push(0x80);
  while (bytes.length % 64 !== 56) bytes.push(0);
  bytes.push(0, 0, 0, 0);
  for (const shift of [24, 16, 8, 0]) bytes.push((bitLength >>> shift) & 0xff);

  const state = [...INITIAL];
  for (let start = 0; start < bytes.length; start += 64) {
    const w = [];
    for (let i = 0; i < 16; i++) {
      const at = start + i * 4;
      w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
    }
    for (let i = 16; i < 64; i++) {
      const s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => {
      state[i] = (state[i] + word) | 0;
    });
  }
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
