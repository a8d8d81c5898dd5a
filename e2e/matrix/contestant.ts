/** A pixel under test, ours or another one: how pages carry it, and what stands behind it. */
export interface Contestant {
  name: string;
  /** HTML in the head of each page. */
  head(collectorUrl: string): string;
  /**
   * Body of `function track(id, text)` in each page: tracks one purchase with this event id (or, where
   * there is no such thing, with the id in any field) and this text, which gives it its size.
   */
  track: string;
  /** Answers everything that is asked of the collector's origin and that no fault meets. */
  answer(request: Request): Promise<Response>;
  /** Whether faults concern this request: it brings events. */
  isEvent(request: Request): boolean;
  /** A body as text in which event ids can be found; default: as it came. */
  decode?(body: Buffer, request: Request): string;
}
