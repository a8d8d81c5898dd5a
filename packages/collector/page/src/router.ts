import { useEffect, useState } from 'preact/hooks';

/** Where one is: `#/events/17?site=shop`. In the hash, so that the page needs no routes of the server's. */
export interface Place {
  view: string;
  id: string | undefined;
  query: URLSearchParams;
}

export function hrefOf(view: string, id?: string | number, query?: URLSearchParams): string {
  const text = query?.toString();
  return `#/${view}${id === undefined ? '' : `/${id}`}${text ? `?${text}` : ''}`;
}

function read(): Place {
  const [path = '', query] = location.hash.replace(/^#\/?/, '').split('?');
  const [view, id] = path.split('/');
  return { view: view || 'overview', id, query: new URLSearchParams(query) };
}

/** State of the entry in the browser's history by which one came into the page: back from it leads out of the page. */
const ENTRY = 'entry';

/** To where one was before in this page; from the place by which one came into it, to `view`. */
export function goBack(view: string): void {
  if (history.state === ENTRY) location.hash = hrefOf(view);
  else history.back();
}

export function usePlace(): Place {
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const follow = () => setPlace(read());
    addEventListener('hashchange', follow);
    history.replaceState(ENTRY, '');
    // It may have changed before anybody listened.
    follow();
    return () => removeEventListener('hashchange', follow);
  }, []);
  return place;
}

/** Another query of the same view, without a step in the browser's history. */
export function replaceQuery(view: string, query: URLSearchParams): void {
  history.replaceState(null, '', hrefOf(view, undefined, query));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
