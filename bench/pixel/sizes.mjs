import { brotliCompressSync, gzipSync } from 'node:zlib';
import { printTable, ratio } from '../table.mjs';

/** Any address: only its length counts. */
const COLLECTOR = 'https://shop.example';

/** What a page loads: ours as the collector serves it, the peers minified by esbuild. */
export async function measureSizes(contestants) {
  const measured = [];
  for (const { name, version, start } of contestants) {
    const contestant = await start();
    const code = await contestant.script(COLLECTOR, true);
    await contestant.settle();
    measured.push({
      name: version ? `${name} ${version}` : name,
      minified: code.length,
      gzip: gzipSync(code, { level: 9 }).length,
      brotli: brotliCompressSync(code).length,
    });
  }
  const [ours] = measured;
  printTable(
    'Size of what a page loads, bytes',
    measured.map((row) => ({ ...row, 'brotli, × ours': ratio(row.brotli, ours.brotli) })),
  );
}
