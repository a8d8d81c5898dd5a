import { createDatabase, statement } from './database.ts';

/** What a server is like for whoever keeps events there. */
export interface ServerFacts {
  /** `18.4`. */
  version: string;
  /** Whether what is committed outlives a power cut, and a page that was half written. */
  fsync: boolean;
  fullPageWrites: boolean;
  autovacuum: boolean;
  /** A replica, or a server set to read alone. */
  isReadOnly: boolean;
  /** In use, of all databases of the server, and how many ordinary users may have. */
  connections: number;
  maxConnections: number;
  /** Tables of ours that the user may not read and write. */
  forbidden: string[];
  /** Whether the user may make the tables, or change them for a newer version. */
  ownsTables: boolean;
}

const FACTS = statement(`
  WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = to_regnamespace('uet_capi') AND relkind = 'r')
  SELECT current_setting('server_version') AS version, current_setting('fsync')::boolean AS fsync,
    current_setting('full_page_writes')::boolean AS "fullPageWrites",
    current_setting('autovacuum')::boolean AS autovacuum,
    pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS "isReadOnly",
    -- Those of the server's own work have no database.
    (SELECT count(*) FROM pg_stat_activity WHERE datid IS NOT NULL) AS connections,
    current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
      - coalesce(current_setting('reserved_connections', true), '0')::integer AS "maxConnections",
    ARRAY(SELECT relname::text FROM ours WHERE NOT (
      has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
      AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')) ORDER BY 1) AS forbidden,
    CASE WHEN to_regnamespace('uet_capi') IS NULL THEN has_database_privilege(current_database(), 'CREATE')
      ELSE has_schema_privilege('uet_capi', 'CREATE') END
      AND NOT EXISTS (SELECT FROM ours WHERE NOT pg_has_role(relowner, 'USAGE')) AS "ownsTables"`);

/** Asks on a connection of its own, and changes nothing. */
export async function readServerFacts(url: string): Promise<ServerFacts> {
  const database = createDatabase({ url, connections: 1 });
  try {
    const [facts] = await database.run<ServerFacts>(FACTS, []);
    return facts!;
  } finally {
    await database.close();
  }
}
