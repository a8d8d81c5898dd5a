import { isRecord } from '@uet-capi/protocol';
import { beaconParams } from './beacon.ts';
import type { RequestRecord } from './request-log.ts';

/** What a path on one of Microsoft's hosts is. */
export type Target =
  | { kind: 'capi'; tagId: string }
  | { kind: 'bat.js' | 'beacon' | 'ping' | 'container'; tagId: string | undefined }
  | { kind: 'authorize' | 'token'; provider: 'microsoft' | 'google'; tagId: undefined }
  | { kind: 'ads'; tagId: undefined }
  | { kind: 'unknown'; tagId: undefined };

/** A request to one of Microsoft's routes, read but not processed. */
export interface Call {
  target: Target;
  record: RequestRecord;
  pathname: string;
  query: string;
  /** As it came; what the record keeps has no secrets. */
  body: string;
  /** The JSON of a Conversions API body; undefined when it is none. */
  content: unknown;
  /** Beside the record, because the record does not keep them. */
  secrets: { authorization: string | undefined; developerToken: string | undefined };
}

/** Reads a request, and writes into its record the events or parameters it brings. */
export function readCall(record: RequestRecord, request: Omit<Call, 'target' | 'record' | 'content'>): Call {
  const { pathname, query, body } = request;
  const target = targetOf(pathname, query);
  const content = target.kind === 'capi' ? parseJson(body) : undefined;
  if (target.kind === 'capi') record.events = attempts(content);
  if (target.kind === 'beacon' || target.kind === 'ping') record.params = beaconParams(query);
  return { ...request, target, record, content };
}

function targetOf(pathname: string, query: string): Target {
  const capi = /^\/v1\/(\d+)\/events$/.exec(pathname);
  if (capi) return { kind: 'capi', tagId: capi[1]! };
  const container = /^\/p\/action\/([\w-]+)\.js$/.exec(pathname);
  if (container) return { kind: 'container', tagId: container[1]! };
  if (pathname === '/bat.js') return { kind: 'bat.js', tagId: undefined };
  if (pathname === '/action/0') return { kind: 'beacon', tagId: beaconParams(query).ti };
  if (pathname === '/actionp/0') return { kind: 'ping', tagId: beaconParams(query).ti };
  if (/^\/(?:CampaignManagement|CustomerManagement|OfflineConversionReports)\//.test(pathname)) {
    return { kind: 'ads', tagId: undefined };
  }
  return { ...oauthTarget(pathname), tagId: undefined };
}

/** Under the paths of login.microsoftonline.com, accounts.google.com and oauth2.googleapis.com. */
function oauthTarget(pathname: string) {
  const entra = /^\/[^/]+\/oauth2\/v2\.0\/(authorize|token)$/.exec(pathname)?.[1];
  if (entra) return { kind: entra as 'authorize' | 'token', provider: 'microsoft' as const };
  if (pathname === '/o/oauth2/v2/auth') return { kind: 'authorize' as const, provider: 'google' as const };
  if (pathname === '/token') return { kind: 'token' as const, provider: 'google' as const };
  return { kind: 'unknown' as const };
}

/** What each event calls itself, known before it is decided whether it is taken. */
function attempts(content: unknown): NonNullable<RequestRecord['events']> {
  const data = isRecord(content) && Array.isArray(content.data) ? content.data : [];
  return data.map((event) => {
    const { eventType, eventName, eventId } = isRecord(event) ? event : {};
    return { eventType, eventName, eventId, accepted: false };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
