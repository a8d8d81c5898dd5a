import { guard, later, listen } from '../guard.ts';

export interface NavigationHandlers {
  /** The page is about to change its address by `history`. */
  before(): void;
  /** The address may have changed. */
  after(): void;
  /** The page came back from the back/forward cache. */
  restored(): void;
}

/**
 * Watches SPA navigation. `after` comes in a task of its own, so that the replace and push of one
 * router step are seen as one, and the router has had its turn to set the title.
 */
export function watchNavigation({ before, after, restored }: NavigationHandlers): void {
  const soon = () => {
    later(after, 0);
  };
  for (const method of ['pushState', 'replaceState'] as const) {
    const original = history[method];
    // A frozen history refuses: then navigation is noticed at the next event.
    guard(() => {
      history[method] = function (this: History, ...args) {
        guard(() => before())();
        // What the page's own call throws is the page's to see.
        original.apply(this, args);
        guard(soon)();
      };
    })();
  }
  listen(window, 'popstate', soon);
  listen(window, 'pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) restored();
  });
}
