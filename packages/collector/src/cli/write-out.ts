import { once } from 'node:events';

/** Writes, and waits until the reader has made room. */
export async function writeOut(stream: NodeJS.WritableStream, text: string): Promise<void> {
  if (text !== '' && !stream.write(text)) await once(stream, 'drain');
}
