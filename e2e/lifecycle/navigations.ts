export interface Navigation {
  name: string;
  /** Runs in the page; resolves when the browser has done it. */
  go: () => unknown;
  /** The address that a page load is due for; none is due without. */
  load?: string;
  /** What the tag counts when it follows the address by itself and differs from us. */
  tagLoads?: string[];
  /** How many of those we tell the collector of, when not all: an address that nobody saw is no page. */
  reports?: number;
}

/** One visit: each step starts where the last one ended. */
export const NAVIGATIONS: Navigation[] = [
  { name: 'pushState to a new address', go: () => history.pushState({}, '', '/a'), load: '/a' },
  { name: 'pushState to the same address', go: () => history.pushState({ again: 1 }, '', '/a') },
  { name: 'pushState to another query', go: () => history.pushState({}, '', '/a?q=1'), load: '/a?q=1' },
  { name: 'replaceState to a new address', go: () => history.replaceState({}, '', '/b'), load: '/b' },
  { name: 'replaceState at the same address', go: () => history.replaceState({ scroll: 9 }, '') },
  { name: 'replaceState to another query', go: () => history.replaceState({}, '', '/b?q=2'), load: '/b?q=2' },
  {
    name: 'back',
    go: () =>
      new Promise((resolve) => {
        addEventListener('popstate', resolve, { once: true });
        history.go(-2);
      }),
    load: '/a',
  },
  {
    name: 'forward',
    go: () =>
      new Promise((resolve) => {
        addEventListener('popstate', resolve, { once: true });
        history.go(2);
      }),
    load: '/b?q=2',
  },
  {
    name: 'an anchor',
    go: () =>
      new Promise((resolve) => {
        addEventListener('hashchange', resolve, { once: true });
        location.hash = 'part';
      }),
    // The tag takes the fragment for another page.
    tagLoads: ['/b?q=2#part'],
  },
  {
    name: "a router's replace and push",
    go: () => {
      history.replaceState({ scroll: 9 }, '');
      history.pushState({}, '', '/c');
    },
    load: '/c',
  },
  {
    name: 'two pushes in one task',
    go: () => {
      history.pushState({}, '', '/d');
      history.pushState({}, '', '/e');
    },
    load: '/e',
    tagLoads: ['/d', '/e'],
    reports: 1,
  },
  {
    name: 'away and back to the same address in one task',
    go: () => {
      history.pushState({}, '', '/f');
      history.pushState({}, '', '/e');
    },
    tagLoads: ['/f', '/e'],
    reports: 1,
  },
];
