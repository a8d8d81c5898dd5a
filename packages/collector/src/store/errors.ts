/** The store in this directory cannot be opened. The message names the path, the cause and the remedy. */
export class StoreUnusable extends Error {
  override readonly name: string = 'StoreUnusable';
  readonly path: string;
  readonly remedy: string;

  constructor(path: string, cause: string, remedy: string) {
    super(`The store at ${path} cannot be used: ${cause}. ${remedy}`);
    this.path = path;
    this.remedy = remedy;
  }
}

/** There is no store in this directory, and none should be made. */
export class StoreMissing extends StoreUnusable {
  override readonly name = 'StoreMissing';
}

/** Another process uses the directory, and an SQLite older than 3.51.3 must not share it. */
export class StoreBusyElsewhere extends StoreUnusable {
  override readonly name = 'StoreBusyElsewhere';
}
