import { statfs } from 'node:fs/promises';

/** How often the file system is asked, ms. A second of full load writes some 50 MB. */
const CHECK_INTERVAL_MS = 1_000;

export interface FreeSpace {
  isLow(): boolean;
  stop(): void;
}

/**
 * Watches the room that is left, so that the store can refuse before a full disk does it: what was
 * taken must still be delivered and settled, which needs room too.
 *
 * @param minFreeBytes 0: never low
 * @param read the bytes that are free; undefined where nobody can tell
 */
export async function watchFreeSpace(
  directory: string,
  minFreeBytes: number,
  read: (directory: string) => Promise<number | undefined> = readFreeBytes,
): Promise<FreeSpace> {
  let isLow = false;
  const check = async () => {
    const free = await read(directory).catch(() => undefined);
    isLow = free !== undefined && free < minFreeBytes;
  };
  await check();
  const timer = minFreeBytes > 0 ? setInterval(check, CHECK_INTERVAL_MS).unref() : undefined;
  return { isLow: () => isLow, stop: () => clearInterval(timer) };
}

/** Some network and user-space file systems tell no size at all. */
export async function readFreeBytes(directory: string): Promise<number | undefined> {
  const { blocks, bavail, bsize } = await statfs(directory);
  return blocks > 0 ? bavail * bsize : undefined;
}
