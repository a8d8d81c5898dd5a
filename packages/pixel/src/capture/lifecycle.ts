import { attempt } from '../attempt.ts';
import { listen } from '../guard.ts';
import { openPage } from './page.ts';

/** Runs when the page is shown: at once, or when a prerendered page is activated. */
export function whenActivated(run: () => void): void {
  if (attempt(() => (document as Document & { prerendering?: boolean }).prerendering))
    listen('prerenderingchange', run);
  else run();
}

/** `leave` when the page may end (`gone` for certain), `wake` when network or visitor are back. */
export function watchLifecycle(leave: (gone?: boolean) => void, wake: () => void): void {
  listen('pagehide', () => leave(true));
  listen('visibilitychange', () => (document.hidden ? leave() : wake()));
  listen('pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) openPage();
    wake();
  });
  listen('online', wake);
}
