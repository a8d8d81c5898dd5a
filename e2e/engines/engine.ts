import type { Driver, Tab } from '../matrix/driver.ts';

/** A browser engine that runs as a process of its own. */
export interface Engine {
  /** A new visitor: no cookies, empty storage, no tab. */
  visitor(): Promise<Visitor>;
  /** Ends the process and everything that it started. */
  close(): Promise<void>;
}

export interface Visitor extends Driver {
  open(url: string): Promise<VisitorTab>;
  /** Closes what is still open. */
  leave(): Promise<void>;
}

export interface VisitorTab extends Tab {
  /** The browser's back button; resolves when the earlier page is shown. */
  back(): Promise<void>;
}
