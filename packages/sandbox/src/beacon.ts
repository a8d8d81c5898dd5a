import { cleanClickId } from '@uet-capi/protocol';
import type { ConversionCopy } from './conversions.ts';
import type { PageLoadCopy } from './page-loads.ts';

/** The parameters of a beacon, decoded once. What is not well encoded stays as it came. */
export function beaconParams(query: string): Record<string, string> {
  const params: Record<string, string> = {};
  for (const pair of query.split('&')) {
    const [name = '', ...value] = pair.split('=');
    if (name) params[decode(name)] = decode(value.join('='));
  }
  return params;
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** A custom beacon as a copy of a conversion; undefined when it is none, or storage was denied. */
export function conversionOf(params: Record<string, string>): ConversionCopy | undefined {
  if (params.evt !== 'custom' || !params.ti || params.asc === 'D') return undefined;
  return {
    channel: 'uet',
    tagId: params.ti,
    // Old single-object events are half-encoded; the full form then comes as `ea2`.
    eventName: params.ea2 || params.ea || null,
    eventId: params.event_id || null,
    value: finite(params.gv),
    currency: params.gc || null,
    msclkid: cleanClickId(params.msclkid ?? '') ?? null,
    pageLoadId: dashedUuid(params.mid),
  };
}

export function pageLoadOf(params: Record<string, string>): PageLoadCopy | undefined {
  if (params.evt !== 'pageLoad' || !params.ti) return undefined;
  return { channel: 'uet', tagId: params.ti, mid: dashedUuid(params.mid), url: params.p || null };
}

function finite(text: string | undefined): number | null {
  const number = Number(text || Number.NaN);
  return Number.isFinite(number) ? number : null;
}

/** 32 hex digits in any form as a dashed lower-case UUID; anything else unchanged. */
export function dashedUuid(id: string | undefined): string | null {
  if (!id) return null;
  const hex = id.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(hex) ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : id;
}
