import { printTable } from '../table.mjs';
import { measureAdmin } from './admin.mjs';
import { measureDrain } from './drain.mjs';
import { measureIngest } from './ingest.mjs';
import { measureMounted } from './mounted.mjs';
import { measureStores } from './stores.mjs';

/** Each resolves with tables, `{ title, rows }[]`. Arguments choose among them; none: all. */
const PARTS = {
  ingest: measureIngest,
  mounted: measureMounted,
  drain: measureDrain,
  stores: measureStores,
  admin: measureAdmin,
};

const chosen = process.argv.slice(2);
for (const name of chosen.length > 0 ? chosen : Object.keys(PARTS)) {
  for (const { title, rows } of await PARTS[name]()) printTable(title, rows);
}
