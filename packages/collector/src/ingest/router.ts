import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Listener } from './listener.ts';
import { answerNode } from './node.ts';

/** A handler for `app.use('/m', …)` of Express and of everything that is called like it. */
export type Router = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/** Express has taken the mount off `req.url`. What is not ours goes on to `next`. */
export function createRouter(listener: Listener): Router {
  return (req, res, next) => {
    if (!answerNode(listener, req, res, req.url ?? '')) next();
  };
}
