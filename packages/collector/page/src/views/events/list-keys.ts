import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Id of the field that is searched by. */
export const SEARCH = 'search';

/** Where a key is text. */
const TYPING = 'input, select, textarea';

/**
 * Arrows (or j and k) walk through the links of the list, also from the search into it, `p` pauses, `/` goes to the search. Enter and Tab
 * are the browser's own.
 */
export function useListKeys(list: RefObject<HTMLElement | null>, onPause: () => void): void {
  // In the same step as the list is shown: who sees it may press a key.
  useLayoutEffect(() => {
    const act = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target as Element;
      const leavesSearch = target.id === SEARCH && event.key === 'ArrowDown';
      if (target.closest?.(TYPING) && !leavesSearch) return;
      if (!handle(event.key, list.current, onPause)) return;
      event.preventDefault();
    };
    addEventListener('keydown', act);
    return () => removeEventListener('keydown', act);
  });
}

function handle(key: string, list: HTMLElement | null, onPause: () => void): boolean {
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return move(list, 1);
    case 'ArrowUp':
    case 'k':
      return move(list, -1);
    case 'p':
      onPause();
      return true;
    case '/':
      document.getElementById(SEARCH)?.focus();
      return true;
    default:
      return false;
  }
}

function move(list: HTMLElement | null, step: number): boolean {
  const links = [...(list?.querySelectorAll<HTMLElement>('a.row-link') ?? [])];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = links[at === -1 ? 0 : at + step];
  next?.focus();
  return next !== undefined;
}
