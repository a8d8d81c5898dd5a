export type Status = 'ok' | 'warning' | 'problem' | 'skipped';

/** What one check found. */
export interface Finding {
  /** What was looked at, a word that stays the same: `clock`. */
  id: string;
  status: Status;
  /** The site that it is about; undefined: the installation. */
  site?: string;
  /** What was found, one sentence. */
  what: string;
  /** What comes of it. Every warning and problem says it. */
  why?: string;
  /** What to do. Every warning and problem says it. */
  next?: string;
}

/** What is wrong, what comes of it, and the next step. */
export interface Fault {
  what: string;
  why: string;
  next: string;
}

export function ok(id: string, what: string): Finding {
  return { id, status: 'ok', what };
}

/** Events are lost, refused or counted wrongly, or will be. */
export function problem(id: string, fault: Fault): Finding {
  return { id, status: 'problem', ...fault };
}

/** It may be meant so, or becomes a problem later. */
export function warning(id: string, fault: Fault): Finding {
  return { id, status: 'warning', ...fault };
}

/** It could not be looked at, or there is nothing to look at. */
export function skipped(id: string, what: string, next?: string): Finding {
  return { id, status: 'skipped', what, ...(next !== undefined && { next }) };
}

/** The same findings, said of one site. */
export function about(site: string, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, site }));
}
