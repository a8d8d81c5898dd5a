import { type AdjustmentRow, type OfflineRow, offlineView } from './ads/offline-view.ts';
import type { ConversionRecord } from './conversions.ts';
import type { PageLoad } from './page-loads.ts';
import type { RequestRecord } from './request-log.ts';
import type { State } from './state.ts';

/** The page shows so many of each, newest first. */
const SHOWN = 100;
/** Longest body in the overview, characters; `/_sandbox/requests` has all of it. */
const BODY_CHARACTERS = 4_000;
const SHOWN_DETAILS = 20;

/** What the page shows. Internal: it may change with the page. */
export interface Overview {
  now: number;
  totals: {
    conversions: number;
    both: number;
    uetOnly: number;
    capiOnly: number;
    pageLoads: number;
    doubledPageLoads: number;
    offline: number;
    adjustments: number;
    requests: number;
    errors: number;
    warnings: number;
  };
  /** Sum of values by currency, for what has both. */
  values: Record<string, number>;
  conversions: ConversionRecord[];
  pageLoads: PageLoad[];
  offline: OfflineRow[];
  adjustments: AdjustmentRow[];
  requests: RequestRecord[];
}

export function overview(state: State): Overview {
  const conversions = state.conversions.records();
  const pageLoads = state.pageLoads.list();
  const offline = offlineView(state);
  const requests = state.requests.list();
  const values: Record<string, number> = {};
  for (const { value, currency } of conversions) {
    if (value !== null && currency !== null) values[currency] = (values[currency] ?? 0) + value;
  }
  const only = (channel: string) =>
    conversions.filter(({ channels }) => channels.length === 1 && channels[0] === channel).length;
  const details = requests.flatMap((request) => request.details);
  const notes = requests.reduce((sum, request) => sum + request.notes.length, 0);
  const newest = <T>(list: T[]) => list.slice(-SHOWN).reverse();
  return {
    now: state.clock.now(),
    totals: {
      conversions: conversions.length,
      both: conversions.filter(({ channels }) => channels.length === 2).length,
      uetOnly: only('uet'),
      capiOnly: only('capi'),
      pageLoads: pageLoads.length,
      doubledPageLoads: pageLoads.filter(({ doubled }) => doubled).length,
      offline: offline.conversions.length,
      adjustments: offline.adjustments.length,
      requests: state.requests.total(),
      errors: details.filter(({ isWarning }) => !isWarning).length,
      warnings: details.filter(({ isWarning }) => isWarning).length + notes,
    },
    values,
    conversions: newest(conversions),
    pageLoads: newest(pageLoads),
    offline: newest(offline.conversions),
    adjustments: newest(offline.adjustments),
    requests: newest(requests).map(shortened),
  };
}

function shortened(request: RequestRecord): RequestRecord {
  const cut = (text: string) =>
    text.length > BODY_CHARACTERS ? `${text.slice(0, BODY_CHARACTERS)}… (${text.length} characters)` : text;
  const { answer } = request;
  return {
    ...request,
    body: cut(request.body),
    details: request.details.slice(0, SHOWN_DETAILS),
    notes: request.notes.slice(0, SHOWN_DETAILS),
    ...(request.events ? { events: request.events.slice(0, SHOWN_DETAILS) } : {}),
    ...(answer && 'body' in answer ? { answer: { ...answer, body: cut(answer.body) } } : {}),
  };
}
