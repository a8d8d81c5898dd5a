/**
 * What a scenario needs of a browser, so that one list of scenarios serves every engine and every way
 * of driving it. A driver is one visitor: its tabs share cookies and storage.
 */
export interface Driver {
  /** Opens a new tab and resolves when the page has loaded. */
  open(url: string): Promise<Tab>;
  /**
   * Cuts all tabs off the network, or lets them back. Where the engine offers no such thing it does
   * nothing: a scenario that is offline makes the collector reset every connection as well.
   */
  setOffline(offline: boolean): Promise<void>;
}

export interface Tab {
  /** Navigates this tab and resolves when the page has loaded. */
  goto(url: string): Promise<void>;
  /** Waits until the tab shows this address and it has loaded. */
  waitForUrl(url: string): Promise<void>;
  /** Evaluates an expression in the page and gives its value (JSON); waits where it is a promise. */
  evaluate<T = unknown>(expression: string): Promise<T>;
  /** Closes the tab; unload handlers do not run, `pagehide` does. */
  close(): Promise<void>;
}
