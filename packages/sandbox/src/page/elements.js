/** What every part of the page is made of. */

/** Everything that came from outside goes in as text, never as markup. */
export function el(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const money = (value) =>
  value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 3 });
export const time = (ms) => new Date(ms).toLocaleTimeString([], { hour12: false });
export const plural = (n, word) => `${n.toLocaleString('en')} ${word}${n === 1 ? '' : 's'}`;
export const none = () => el('span', { className: 'none' }, '–');
export const id = (text) => el('span', { className: 'mono id', title: text }, text);
/** A UUID by its ends; the rest shows on hover. */
export const shortId = (text) =>
  text === null
    ? none()
    : el('span', { className: 'mono short', title: text }, text.replace(/^(.{8}).{20,}(.{4})$/, '$1…$2'));
