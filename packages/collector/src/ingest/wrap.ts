import type { RequestListener } from 'node:http';
import type { Listener } from './listener.ts';
import { answerNode } from './node.ts';

/**
 * Puts the event routes in front of an application: what is ours below the mount is answered
 * without entering it, everything else reaches it untouched.
 *
 * @param mount path such as `/m`; `/` for none
 * @example http.createServer(wrap(listener, app, '/m'))
 */
export function wrap(listener: Listener, app: RequestListener, mount: string): RequestListener {
  const prefix = `/${mount}`.replace(/\/+/g, '/').replace(/\/$/, '');
  return (req, res) => {
    const url = req.url ?? '';
    const isBelow = url.startsWith(`${prefix}/`);
    if (!isBelow || !answerNode(listener, req, res, url.slice(prefix.length))) app(req, res);
  };
}
