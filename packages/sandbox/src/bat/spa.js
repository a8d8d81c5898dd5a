/** `enableAutoSpaTracking`: a page load for every change of address. */
export function trackNavigation(tag) {
  const changed = () => {
    if (location.href === tag.lastUrl) return;
    tag.lastUrl = location.href;
    const path = location.pathname + location.search + location.hash;
    tag.push('event', 'page_view', { page_path: path });
  };
  window.addEventListener('popstate', changed);
  for (const method of ['pushState', 'replaceState']) {
    const original = history[method];
    history[method] = (...args) => {
      const result = original.apply(history, args);
      try {
        changed();
      } catch {
        // A failing tag must not fail the router.
      }
      return result;
    };
  }
}
