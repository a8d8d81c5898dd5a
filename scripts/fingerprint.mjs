import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One hash over the names and contents of files. By content, because a checkout or a copy changes
 * times without changing anything; a few hundred small files take some 10 ms.
 *
 * @param {string[]} paths files and folders; what does not exist counts as such
 * @param {(name: string) => boolean} [wanted] which entries of a folder count, by their own name
 */
export function fingerprint(paths, wanted = () => true) {
  const hash = createHash('sha256');
  const add = (path) => {
    if (!existsSync(path)) {
      hash.update(`${path}\0missing\0`);
    } else if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (wanted(name)) add(join(path, name));
    } else {
      hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
    }
  };
  for (const path of paths) add(path);
  return hash.digest('hex');
}
