import type { Answered } from '../reach.ts';

/** What is wrong between browser and collector, and what to do. */
export interface ProxyFault {
  what: string;
  next: string;
}

/** An answer that sends the browser elsewhere. */
export function describeRedirect(url: URL, { status, headers }: Answered): ProxyFault | undefined {
  if (status < 300 || status >= 400) return undefined;
  const target = headers.location === undefined ? 'elsewhere' : `to ${headers.location}`;
  return {
    what: `${url.href} redirects ${target} (HTTP ${status}).`,
    next: 'Write the last address into the snippet, and let the proxy redirect nothing below it: a redirected POST loses its events.',
  };
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'Take the password off this path: visitors have none.',
  403: 'A firewall or bot protection refuses it: except this path.',
  404: 'Let the proxy pass this path on to the collector, without the part that the collector does not know (for nginx: location /m/ with proxy_pass http://127.0.0.1:8080/;).',
  405: 'Another program answers here, or a CDN takes GET alone: let it pass POST on to the collector.',
  413: 'Let the proxy take bodies of 1 MB and more (for nginx: client_max_body_size 8m).',
  429: 'A limit refuses it, of the proxy or the collector (rateLimits): a page sends a few requests at once.',
  502: 'The proxy does not reach the collector: start it, and compare its host and port with the proxy’s settings.',
  503: 'The collector starts, stops or can store nothing, or the proxy has no server for it: look at its log and at /readyz.',
  504: 'The proxy waits in vain for the collector: look at its log and at the disk.',
};

const OTHER = 'Look at the log of the proxy, then of the collector, for this request.';

/** A status that the collector would not give to a browser, or should not. */
export function describeProxyFault(url: URL, status: number): ProxyFault {
  return { what: `${url.href} answers HTTP ${status}.`, next: REMEDIES[status] ?? OTHER };
}
