import { existsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { whyEphemeral } from '../../store/sqlite/ephemeral.ts';
import { type Finding, ok, problem, skipped, warning } from '../finding.ts';

/** What is known of the place of the store. */
export interface DataDirectory {
  path: string;
  /** Why it will not outlive a redeploy; undefined where it may. */
  ephemeral: string | undefined;
  /** Of the file system, as Linux numbers them (statfs(2)). */
  type: number;
  /** Permission bits. */
  mode: number;
  /** Undefined: the file system does not tell. */
  freeBytes: number | undefined;
  /** The setting `minFreeBytes`. */
  minFreeBytes: number;
}

/** https://man7.org/linux/man-pages/man2/statfs.2.html */
const NETWORK_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB'],
  [0x01021997, '9P'],
]);

/** Beyond the reserve, this much should be left, bytes: a busy day's events or a large log file. */
const COMFORTABLE_BYTES = 1_000_000_000;

/** Everyone but the owner. */
const OTHERS = 0o077;

/** @returns undefined where there is no such directory: a start makes it */
export async function inspectDataDirectory(
  dataDir: string,
  minFreeBytes: number,
): Promise<DataDirectory | undefined> {
  const path = resolve(dataDir);
  if (!existsSync(path)) return undefined;
  const [{ mode }, { type, blocks, bavail, bsize }, ephemeral] = await Promise.all([
    stat(path),
    statfs(path),
    whyEphemeral(path),
  ]);
  return { path, ephemeral, type, mode, freeBytes: blocks > 0 ? bavail * bsize : undefined, minFreeBytes };
}

/** Whether the place keeps what is put there, keeps it private, and has room. */
export function checkDataDirectory(directory: DataDirectory | undefined): Finding[] {
  if (!directory) return [skipped('data-dir', 'There is no data directory yet: the first start makes it.')];
  return [checkPlace(directory), checkDisk(directory)];
}

function checkPlace({ path, ephemeral, type, mode }: DataDirectory): Finding {
  const network = NETWORK_TYPES.get(type);
  if (network !== undefined) {
    return problem('data-dir', {
      what: `The data directory ${path} is on a network file system (${network}).`,
      why: "SQLite's locks and syncs do not hold there: two processes damage the file, and events that were acknowledged can be lost.",
      next: 'Put it on a local disk (dataDir, UET_CAPI_DATA_DIR).',
    });
  }
  if (ephemeral !== undefined) {
    return warning('data-dir', {
      what: `The data directory ${path} will not survive a redeploy: ${ephemeral}.`,
      why: 'What waits there is lost with it, and so are the keys by which copies are recognised.',
      next: 'Put it on a volume that outlives the container (dataDir, UET_CAPI_DATA_DIR).',
    });
  }
  if ((mode & OTHERS) !== 0) {
    return warning('data-dir', {
      what: `Other users of this machine can open the data directory ${path}.`,
      why: 'It holds personal data: addresses, hashes, click ids.',
      next: `chmod 700 ${path}`,
    });
  }
  return ok('data-dir', `The data directory ${path} is local, lasting and private.`);
}

function checkDisk({ path, freeBytes, minFreeBytes }: DataDirectory): Finding {
  if (freeBytes === undefined) return ok('disk', `The file system of ${path} does not tell its size.`);
  const left = `${gigabytes(freeBytes)} GB are left on the file system of ${path}`;
  if (freeBytes < minFreeBytes) {
    return problem('disk', {
      what: `${left}, less than minFreeBytes (${gigabytes(minFreeBytes)} GB).`,
      why: 'Nothing more is taken: browsers and servers get 503 and come again, until they give up.',
      next: 'Make room, or move the data directory to a larger disk; it goes on by itself.',
    });
  }
  if (freeBytes < minFreeBytes + COMFORTABLE_BYTES) {
    return warning('disk', {
      what: `${left}.`,
      why: `Below ${gigabytes(minFreeBytes)} GB (minFreeBytes) nothing more is taken.`,
      next: 'Make room, or keep content for a shorter time (retention.contentDays).',
    });
  }
  return ok('disk', `${left}.`);
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1);
}
