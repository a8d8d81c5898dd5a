export const ALERT_KINDS = ['paused', 'failed', 'waiting', 'no_purchases', 'warnings', 'disk'] as const;

/**
 * `paused`: a destination takes nothing. `failed`: events were rejected, expired or cannot be sent.
 * `waiting`: the oldest event nears the seven days after which Microsoft takes it no more.
 * `no_purchases`: none where there used to be some. `warnings`: Microsoft removes more fields than it
 * used to. `disk`: little room is left.
 */
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What is wrong now. */
export interface Condition {
  /** The same for as long as it is the same thing. */
  key: string;
  kind: AlertKind;
  /** Missing: not about one site. */
  site?: string;
  destination?: string;
  /** What is wrong, in a few words. */
  title: string;
  /** Facts, and what to do. */
  detail: string;
}

/** Somebody was told. */
export interface OpenAlert extends Condition {
  id: string;
  /** ms. */
  since: number;
  /** Since when it is no longer so, ms: told when that lasts. */
  goneSince?: number;
}

export interface EndedAlert extends OpenAlert {
  /** ms. */
  until: number;
}
