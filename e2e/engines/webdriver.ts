/** One session of WebDriver over HTTP. https://w3c.github.io/webdriver/ */
export interface WebDriver {
  /** Runs a command in a window and gives its value. Rejects with the driver's error. */
  inWindow<T = unknown>(
    handle: string,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<T>;
  /** Opens a window (a tab in the background would be throttled) and gives its handle. */
  newWindow(): Promise<string>;
  /** Ends the session and its browser. */
  end(): Promise<void>;
}

/** @param url address of the driver */
export async function startSession(url: string, capabilities: object): Promise<WebDriver> {
  const { sessionId } = await command<{ sessionId: string }>(url, 'POST', '/session', {
    capabilities: { alwaysMatch: capabilities },
  });
  const base = `${url}/session/${sessionId}`;
  // It stays open: with its last window a session ends.
  const first = await command<string>(base, 'GET', '/window');

  // A session has one current window: switching to it and using it must not be torn apart.
  let queue: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(run: () => Promise<T>): Promise<T> => {
    const turn = queue.then(run, run);
    queue = turn.catch(() => {});
    return turn;
  };

  return {
    inWindow: (handle, method, path, body) =>
      inOrder(async () => {
        await command(base, 'POST', '/window', { handle });
        return command(base, method, path, body);
      }),
    newWindow: () =>
      inOrder(async () => {
        // The current one may be closed, and none is opened from there.
        await command(base, 'POST', '/window', { handle: first });
        const { handle } = await command<{ handle: string }>(base, 'POST', '/window/new', { type: 'window' });
        return handle;
      }),
    end: () => inOrder(() => command(url, 'DELETE', `/session/${sessionId}`)),
  };
}

/** One request to the driver. */
export async function command<T>(base: string, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(base + path, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
