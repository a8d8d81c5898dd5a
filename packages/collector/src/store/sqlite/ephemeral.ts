import { existsSync } from 'node:fs';
import { realpath, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { sep } from 'node:path';

/** What is known of the place where a directory lies. */
export interface Place {
  /** Of the file system, as Linux numbers them (statfs(2)). */
  type: number;
  /** Below the system's directory for temporary files. */
  isTemporary: boolean;
  /** In a container, and on no volume of it. */
  isInImage: boolean;
}

/** https://man7.org/linux/man-pages/man2/statfs.2.html */
const MEMORY_TYPES: ReadonlySet<number> = new Set([0x01021994 /* tmpfs */, 0x858458f6 /* ramfs */]);
const OVERLAY_TYPE = 0x794c7630;

/** What container engines leave in the root of every container: Docker, Podman. */
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

/** Why a directory will not outlive a restart of the machine or a new deployment; undefined when it may. */
export async function whyEphemeral(directory: string): Promise<string | undefined> {
  return reasonAt(await inspect(directory));
}

export function reasonAt({ type, isTemporary, isInImage }: Place): string | undefined {
  if (MEMORY_TYPES.has(type)) return 'it lies in memory (tmpfs)';
  if (isTemporary) return 'it lies in the directory for temporary files';
  if (type === OVERLAY_TYPE || isInImage) return "it lies in the container's own file system, on no volume";
  return undefined;
}

async function inspect(directory: string): Promise<Place> {
  const [{ type }, path, temporary, own, root] = await Promise.all([
    statfs(directory),
    realpath(directory),
    realpath(tmpdir()),
    stat(directory),
    stat('/'),
  ]);
  return {
    type,
    isTemporary: path.startsWith(temporary + sep),
    isInImage: own.dev === root.dev && CONTAINER_MARKS.some((mark) => existsSync(mark)),
  };
}
