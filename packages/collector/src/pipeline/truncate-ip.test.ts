import { expect, test } from 'vitest';
import { truncateIp } from './truncate-ip.ts';

test.each([
  ['203.0.113.7', '203.0.113.0'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.0'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
  ['2001:DB8:1:2::3', '2001:db8:1::'],
  ['2001:db8::1', '2001:db8::'],
  ['2001:0:0:1::', '2001::'],
  ['::1', '::'],
  ['fe80::1', 'fe80::'],
  ['::ffff:203.0.113.7', '203.0.113.0'],
  ['64:ff9b::203.0.113.7', '64:ff9b::'],
])('%s becomes %s', (address, truncated) => expect(truncateIp(address)).toBe(truncated));
