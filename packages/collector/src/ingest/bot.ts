import { isbot } from 'isbot';
import { isLoopbackHost } from '../loopback-host.ts';
import { memoize } from '../memoize.ts';
import type { Incoming } from './exchange.ts';

/** Why a request is taken for a program's. It stands in the event's notes. */
export type BotReason = 'headless-browser' | 'no-user-agent' | 'user-agent' | 'no-accept-language';

/**
 * What the request headers tell of who drives the browser. Pure.
 *
 * @param address the visitor's, as far as proxies are believed
 */
export function botReason(
  request: Pick<Incoming, 'header'>,
  address: string | undefined,
): BotReason | undefined {
  const userAgent = request.header('user-agent') ?? '';
  // Chromium's hint of its brands keeps the word where the user agent was overridden.
  const brands = request.header('sec-ch-ua') ?? '';
  const reason = reasonOf(userAgent, brands, request.header('accept-language'));
  return reason && isOwnTool(request, address, userAgent) ? undefined : reason;
}

const isHeadless = memoize((text) => /headless/i.test(text));

function reasonOf(userAgent: string, brands: string, language: string | undefined): BotReason | undefined {
  if (isHeadless(userAgent) || (brands !== '' && isHeadless(brands))) return 'headless-browser';
  if (userAgent.trim() === '') return 'no-user-agent';
  if (isListed(userAgent)) return 'user-agent';
  // Every browser sends it with every request; most programs never do.
  return language ? undefined : 'no-accept-language';
}

/** Crawlers say so by name: these do not come from the operator's own machine to be delivered. */
const CRAWLER = /bot|crawl|spider|slurp/i;

/** Headers that a proxy adds. */
const PROXY_HEADERS = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'];

/**
 * A program on the collector's own machine, with no proxy between, is the operator's: curl, a test
 * in an automated browser, a health check. Its events are what it was started for. So is a `Request`
 * that the host application has made itself: it has no address, and no user agent or this machine's name.
 */
function isOwnTool(
  request: Pick<Incoming, 'header'>,
  address: string | undefined,
  userAgent: string,
): boolean {
  if (address === undefined && userAgent === '') return true;
  const isLocal = address === undefined ? isForThisMachine(request) : /^127\.|^::1$/.test(address);
  return (
    isLocal && !CRAWLER.test(userAgent) && PROXY_HEADERS.every((name) => request.header(name) === undefined)
  );
}

function isForThisMachine(request: Pick<Incoming, 'header'>): boolean {
  const url = URL.parse(`http://${request.header('host')}`);
  return url !== null && isLoopbackHost(url.hostname);
}

/** isbot's one large pattern costs some 4 µs, and a site's visitors share a few hundred user agents. */
const isListed = memoize((userAgent) => isbot(userAgent));
