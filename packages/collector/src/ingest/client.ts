import type { IncomingMessage } from 'node:http';
import { isIP, isIPv4 } from 'node:net';
import proxyAddr from 'proxy-addr';
import type { Config } from '../config/config.ts';
import type { Client } from '../intake/intake.ts';
import { botReason } from './bot.ts';
import type { Incoming } from './exchange.ts';
import type { Trust } from './proxies.ts';

/** Real user agents have about 200 characters; more is somebody's joke. */
const MAX_USER_AGENT_CHARS = 1_024;

/** The cookie with which a site stops Microsoft's own tag for a visitor ("do not sell"). */
const DO_NOT_SELL = /(?:^|;) *_uetmsdns=1 *(?:;|$)/;

const FORWARDED_FOR = 'x-forwarded-for';

/** Cloudflare's word for a country that it does not know. */
const UNKNOWN_COUNTRY = 'XX';

/** What the request tells about who sent it. */
export function readClient(
  request: Incoming,
  settings: Pick<Config, 'clientAddress' | 'countryHeader'>,
  trust: Trust,
): Client {
  const ip = readAddress(request, settings.clientAddress, trust);
  return {
    receivedAt: request.receivedAt,
    ip,
    userAgent: request.header('user-agent')?.slice(0, MAX_USER_AGENT_CHARS) || undefined,
    refuses: request.header('sec-gpc')?.trim() === '1' || DO_NOT_SELL.test(request.header('cookie') ?? ''),
    country: settings.countryHeader
      ? readCountry(request.header(settings.countryHeader.toLowerCase()))
      : undefined,
    bot: botReason(request, ip),
  };
}

/**
 * The visitor's address: the socket's, or what a trusted proxy says in the named header (one
 * address) or in `X-Forwarded-For` (read from the right, up to the first that is not trusted).
 * What is no address is not believed; the socket's is then taken.
 */
export function readAddress(
  request: Incoming,
  setting: Config['clientAddress'],
  trust: Trust,
): string | undefined {
  const peer = cleanAddress(request.peer);
  if (!setting || !trust(request.peer, 0)) return peer;
  const named = 'header' in setting ? setting.header?.toLowerCase() : undefined;
  if (named !== undefined && named !== FORWARDED_FOR) return cleanAddress(request.header(named)) ?? peer;
  // proxy-addr looks at no more of a request than this.
  const seen = {
    headers: { [FORWARDED_FOR]: request.header(FORWARDED_FOR) },
    socket: { remoteAddress: request.peer },
  } as unknown as IncomingMessage;
  return cleanAddress(proxyAddr(seen, trust)) ?? peer;
}

/** An IPv4 address on an IPv6 socket, in either spelling; all that stands in front of it is zero. */
const MAPPED = /^[0:]+:ffff:(?:(\d+\.\d+\.\d+\.\d+)|([\da-f]{1,4}):([\da-f]{1,4}))$/i;

/** An address without what is not part of it: `::ffff:` of IPv4 on an IPv6 socket, zone, port. */
export function cleanAddress(raw: string | undefined): string | undefined {
  // As most are, and several times as fast as to look for all that could be around it.
  if (raw === undefined || isIPv4(raw)) return raw;
  // Azure's gateways write the port into X-Forwarded-For.
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$|^\[([^\]]+)\](?::\d+)?$/.exec(raw.trim());
  const address = (withPort?.[1] ?? withPort?.[2] ?? raw.trim()).replace(/%.*$/, '');
  if (!isIP(address)) return undefined;
  const [, dotted, high = '', low = ''] = MAPPED.exec(address) ?? [];
  if (dotted !== undefined || high === '') return dotted ?? address;
  const bytes = [high, low]
    .map((group) => Number.parseInt(group, 16))
    .flatMap((two) => [two >> 8, two & 255]);
  return bytes.join('.');
}

/**
 * Only as good as the proxy that sets it: where visitors reach the collector around that proxy
 * they can write the header themselves. It decides what a missing consent means, nothing more.
 */
function readCountry(value: string | undefined): string | undefined {
  const country = value?.trim().toUpperCase();
  return country && /^[A-Z]{2}$/.test(country) && country !== UNKNOWN_COUNTRY ? country : undefined;
}
