import { getDomain } from 'tldts';
import type { Site } from '../../config/config.ts';
import { isLoopbackHost } from '../../loopback-host.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';

/** Which pages may post, as the settings say it. The collector's own site always may. */
export function checkOrigins({ origins, mode }: Pick<Site, 'origins' | 'mode'>): Finding[] {
  const findings = origins.flatMap((origin) => checkOrigin(origin, mode));
  if (findings.length > 0) return findings;
  return [
    ok(
      'origins',
      origins.length === 0
        ? "Pages of the collector's own domain may send events, and no others."
        : `Pages of the collector's own domain may send events, and of ${origins.join(', ')}.`,
    ),
  ];
}

function checkOrigin(origin: string, mode: Site['mode']): Finding[] {
  const { protocol, hostname } = new URL(origin);
  const name = hostname.replace(/^\*\./, '');
  if (hostname !== name && isPublicSuffix(name)) {
    return [
      problem('origins', {
        what: `The origin ${origin} allows every site below ${name}.`,
        why: 'Names below it belong to anybody: strangers can send conversions.',
        next: `Name your own domain: https://*.yours.${name}.`,
      }),
    ];
  }
  if (isLoopbackHost(hostname)) {
    if (mode !== 'live') return [];
    return [
      warning('origins', {
        what: `The origin ${origin} is allowed in mode live.`,
        why: "What is tried out on a developer's machine is delivered as real conversions.",
        next: 'Take it out, or add localhost to testHosts.',
      }),
    ];
  }
  if (protocol === 'http:') {
    return [
      warning('origins', {
        what: `The origin ${origin} is not https.`,
        why: 'Browsers count http and https as different origins: pages of the https site are refused.',
        next: `Write https://${hostname}, unless the site really has no TLS.`,
      }),
    ];
  }
  return [];
}

/** `com`, `co.uk`, `github.io`: below it everybody has a name of their own. */
function isPublicSuffix(name: string): boolean {
  return getDomain(name, { allowPrivateDomains: true, extractHostname: false }) === null;
}
