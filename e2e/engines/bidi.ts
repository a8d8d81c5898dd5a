/** A connection to a browser that speaks WebDriver BiDi. https://w3c.github.io/webdriver-bidi/ */
export interface Bidi {
  /** Sends a command and gives its result. Rejects with the browser's error, or when the connection ends. */
  send<T = unknown>(method: string, params?: object): Promise<T>;
  close(): void;
}

type Message =
  | { type: 'success'; id: number; result: unknown }
  | { type: 'error'; id: number | null; error: string; message: string }
  | { type: 'event' };

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** @param url the address that the browser announced, `ws://…` */
export async function connectBidi(url: string): Promise<Bidi> {
  const socket = new WebSocket(`${url}/session`);
  const waiting = new Map<number | null, Waiting>();
  let lastId = 0;

  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`No connection to ${url}.`));
  });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data) as Message;
    if (message.type === 'event') return;
    const command = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === 'success') command?.resolve(message.result);
    else command?.reject(new Error(`${message.error}: ${message.message}`));
  };
  socket.onclose = () => {
    for (const { reject } of waiting.values()) reject(new Error('The browser closed the connection.'));
    waiting.clear();
  };

  const send = <T>(method: string, params = {}) =>
    new Promise<T>((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve: (result) => resolve(result as T), reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
  await send('session.new', { capabilities: {} });
  return { send, close: () => socket.close() };
}
