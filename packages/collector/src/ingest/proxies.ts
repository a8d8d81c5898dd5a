import proxyAddr from 'proxy-addr';
import type { Config } from '../config/config.ts';

/** True for an address that may tell who stands behind it; `distance` 0 is the socket's peer. */
export type Trust = (address: string | undefined, distance: number) => boolean;

/** Who is believed by the setting `clientAddress`; nobody without it. Throws on a bad range. */
export function compileTrust(setting: Config['clientAddress']): Trust {
  if (!setting) return () => false;
  if ('hops' in setting) return (_, distance) => distance < setting.hops;
  const inRange = proxyAddr.compile(setting.trustedProxies);
  return (address, distance) => address !== undefined && inRange(address, distance);
}
