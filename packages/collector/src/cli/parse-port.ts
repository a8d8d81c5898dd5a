import { InvalidArgumentError } from 'commander';

/** A port as an option's value; 0 means any. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('must be a port, a number from 0 to 65535');
}
