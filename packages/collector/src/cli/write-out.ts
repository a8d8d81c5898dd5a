/** Nobody reads the output any more (`| head`). */
export class OutputClosed extends Error {}

/**
 * Writes to standard output, and waits until the reader has made room.
 *
 * @throws {OutputClosed}
 */
export function writeOut(text: string): Promise<void> {
  if (text === '') return Promise.resolve();
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) resolve();
      else reject((error as NodeJS.ErrnoException).code === 'EPIPE' ? new OutputClosed() : error);
    });
  });
}
