/** What the page's UET tag shows of its work. */

export interface TagHandlers {
  beacon(params: URLSearchParams): void;
  /** The tag threw: what it said. */
  failed(message: string): void;
}

/** Tells each beacon of the tag, those that it kept first. */
export function watchTag(tagId: string, { beacon, failed }: TagHandlers): void {
  const read = (text: unknown) => {
    const params = new URLSearchParams(String(text).replace(/.*\?/, ''));
    if (params.get('ti') === tagId) beacon(params);
  };
  document.addEventListener('UetEvent', (event) => read((event as CustomEvent).detail?.uetEvent), true);
  window.addEventListener('uetError', (event) => failed(String((event as CustomEvent).detail?.errMsg)), true);
  for (const kept of Array.from(window.uetq?.snippetEventQueue || [])) read(kept);
}

/** Before the tag has loaded, its queue is an ordinary array. */
export function hasLoaded(): boolean {
  return !!window.uetq && !Array.isArray(window.uetq);
}
