import { createCollector } from '@uet-capi/collector';
import { ADMIN_TOKEN, SERVER_KEY, SITE_ORIGIN, TAG_ID, TOKEN } from '../site.mjs';

/** The collector with default settings, delivering to the sink of the bench. */
export function openCollector() {
  return createCollector(
    {
      tagId: TAG_ID,
      origins: [SITE_ORIGIN],
      dataDir: process.env.BENCH_DATA_DIR,
      endpoint: process.env.BENCH_SINK,
    },
    { UET_CAPI_TOKEN: TOKEN, UET_CAPI_SERVER_KEY: SERVER_KEY, UET_CAPI_ADMIN_TOKEN: ADMIN_TOKEN },
  );
}
