const encodeText = (text) => encodeURIComponent(text).replace(/%2C/gi, ',');

export function screenData() {
  const { width, height, colorDepth } = window.screen;
  const data = { sw: width, sh: height, sc: colorDepth };
  if (navigator.webdriver) data.nwd = '1';
  return data;
}

/** Address of the page and of the one before; a custom event gets neither query nor referrer. */
export function urlData(tag, forCustomEvent) {
  const cut = (url) => (forCustomEvent || tag.uetConfig.removeQueryFromUrls ? url.split('?')[0] : url);
  if (tag.plOverride)
    return { p: encodeURIComponent(cut(tag.plOverride)), ...(forCustomEvent ? {} : { r: '' }) };
  const page = cut(location.href);
  const p = encodeURIComponent(page.includes(location.hash) ? page : page + location.hash);
  return forCustomEvent ? { p } : { p, r: encodeURIComponent(cut(document.referrer)) };
}

/** Language, title, keywords of the page as it stands. */
export function documentData(title) {
  const data = { lg: navigator.language, ...screenData() };
  data.tl = title ?? encodeText(document.title);
  if (data.tl === '') delete data.tl;
  const keywords = document.querySelector('meta[name=keywords]')?.content;
  if (keywords) data.kw = encodeText(keywords);
  return data;
}

/** From navigation start to the end of loading, ms; absent while the page still loads. */
export function loadTime() {
  const [timing] = performance.getEntriesByType('navigation');
  const end = timing?.loadEventEnd || timing?.domContentLoadedEventEnd;
  return end ? { lt: Math.round(end) } : {};
}
