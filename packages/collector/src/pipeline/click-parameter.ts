import { cleanClickId } from '@uet-capi/protocol';

/** Microsoft's name of the parameter, and those under which the tag's cookie and others hand it on. */
const MICROSOFT = '[\\w.-]{0,32}msclkid';

/** What stands between the parameters of an address. */
const START = '[?&#;]|%(?:25){0,3}(?:3F|26|23|3B)';

/** Click ids in addresses, under Microsoft's name and those that a site's redirects give them. */
export interface ClickParameter {
  /** The first click id of an address, as the Conversions API wants it. */
  find(url: string): string | undefined;
  /** A text without the parameter, also inside an address that is itself a parameter, percent-encoded. */
  remove(text: string): string;
}

/** @param names the site's setting `clickIdParams` */
export function createClickParameter(names: readonly string[]): ClickParameter {
  const own = names.flatMap((name) => [name, encodeURIComponent(name)]).map(escapeRegExp);
  const found = new RegExp(`[?&#](?:${['msclkid', ...own].join('|')})=([^&#]*)`, 'gi');
  const removed = new RegExp(
    `(${START})(?:(?:${[MICROSOFT, ...own].join('|')})(?:=|%(?:25){0,3}3D)[^&#;%\\s]*(?:&|%(?:25){0,3}26)?)+`,
    'gi',
  );
  return {
    find(url) {
      for (const [, value = ''] of url.matchAll(found)) {
        const clickId = cleanClickId(value);
        if (clickId !== undefined) return clickId;
      }
      return undefined;
    },
    remove(text) {
      const cut = text.replace(removed, '$1');
      return cut === text ? text : cut.replace(/[?&](?=#|$)/, '');
    },
  };
}

function escapeRegExp(name: string): string {
  return name.replace(/[^\w-]/g, '\\$&');
}
