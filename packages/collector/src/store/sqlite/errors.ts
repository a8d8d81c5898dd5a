/** The store in this directory cannot be opened. The message names the path, the cause and the remedy. */
export class StoreUnusable extends Error {
  override readonly name: string = 'StoreUnusable';
  readonly path: string;

  constructor(path: string, cause: string, remedy: string) {
    super(`The store at ${path} cannot be used: ${cause}. ${remedy}`);
    this.path = path;
  }
}

/** Another process uses the directory, and an SQLite older than 3.51.3 must not share it. */
export class StoreBusyElsewhere extends StoreUnusable {
  override readonly name = 'StoreBusyElsewhere';
}
