/** Microsoft's own address; another one is the operator's to put in. */
const ENDPOINT = 'https://capi.uet.microsoft.com';

/** The same event as a request that a shell can send. The token stays where it is: in the environment. */
export function curlOf(tagId: string, wire: string): string {
  const body = `{"data":[${wire}]}`.replaceAll("'", "'\\''");
  return [
    `curl "\${UET_CAPI_ENDPOINT:-${ENDPOINT}}/v1/${tagId}/events" \\`,
    '  -H "Authorization: Bearer $UET_CAPI_TOKEN" -H "Content-Type: application/json" \\',
    `  -d '${body}'`,
  ].join('\n');
}
