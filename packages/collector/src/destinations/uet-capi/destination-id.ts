/** Name of the queue that a UET tag's Conversions API is in the store. */
export function uetCapiDestinationId(tagId: string): string {
  return `uet-capi:${tagId}`;
}
