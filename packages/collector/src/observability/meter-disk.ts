import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Gauge, type Registry } from 'prom-client';

/**
 * The data directory and what is left beside it.
 *
 * @returns reads it for the next scrape; never rejects
 */
export function meterDisk(registry: Registry, dataDir: string): () => Promise<void> {
  const used = new Gauge({
    name: 'uet_capi_data_dir_bytes',
    help: 'Size of the files in the data directory.',
    registers: [registry],
  });
  const free = new Gauge({
    name: 'uet_capi_disk_free_bytes',
    help: 'Space left on the file system of the data directory.',
    registers: [registry],
  });
  return async () => {
    free.set(await freeOf(dataDir).catch(() => Number.NaN));
    used.set(await sizeOf(dataDir).catch(() => Number.NaN));
  };
}

async function freeOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function sizeOf(folder: string): Promise<number> {
  const files = (await readdir(folder)).map((name) => stat(join(folder, name)));
  const sizes = await Promise.all(files);
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
