import proxyAddr from 'proxy-addr';
import { memoize } from '../memoize.ts';

/** The last is that of carriers and clouds. */
const PRIVATE = proxyAddr.compile(['loopback', 'linklocal', 'uniquelocal', '100.64.0.0/10']);

/** True for an address that no visitor on the public internet has. @param address a valid IP address */
export const isPrivateAddress: (address: string) => boolean = memoize((address) => PRIVATE(address, 0));
