import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { type CsvError, parse } from 'csv-parse';

/** One record of a CSV file. `line` is where it begins, from 1. */
export type CsvLine =
  | { line: number; cells: string[] }
  /** This one cannot be read; the next ones can. */
  | { line: number; unreadable: string }
  /** Nothing after it can be read. */
  | { line: number; stopped: string };

/** Many times the longest line that makes sense, bytes: what is longer is a quote that nobody closed. */
const MAX_LINE_BYTES = 65_536;

const UTF8_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The records of a file, in constant memory; blank ones are left out. Cells are texts without the space
 * around them, and nothing more: a formula is its characters.
 *
 * @param source path of the file, or what is in it
 * @throws the system's error where the file cannot be opened or read
 */
export async function* readCsvLines(source: string | Buffer): AsyncGenerator<CsvLine> {
  if (typeof source !== 'string') {
    yield* readFrom(source.subarray(0, HEAD_BYTES), (start) => [source.subarray(start)]);
    return;
  }
  const file = await open(source);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    yield* readFrom(head.subarray(0, bytesRead), (start) =>
      file.createReadStream({ start, autoClose: false }),
    );
  } finally {
    await file.close();
  }
}

/** As many bytes tell the encoding. */
const HEAD_BYTES = 4;

type Bytes = AsyncIterable<Buffer> | Iterable<Buffer>;

async function* readFrom(head: Buffer, bytesFrom: (start: number) => Bytes): AsyncGenerator<CsvLine> {
  if (isUtf16(head)) {
    yield { line: 1, stopped: 'the file is UTF-16: save it as "CSV UTF-8"' };
    return;
  }
  yield* parseLines(bytesFrom(head.subarray(0, UTF8_MARK.length).equals(UTF8_MARK) ? UTF8_MARK.length : 0));
}

async function* parseLines(bytes: Bytes): AsyncGenerator<CsvLine> {
  let line = 1;
  let read: CsvLine[] = [];
  const parser = parse({
    // As bytes, so that what is no UTF-8 is found and not replaced.
    encoding: null,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_LINE_BYTES,
    // Past the parser's own queue, which it drops with the records in it when it meets an error.
    on_record(cells, { lines }) {
      const record = cells as unknown as Buffer[];
      if (record.length > 1 || record[0]!.length > 0) read.push(asLine(record, line));
      line = lines + 1;
      return null;
    },
  });
  parser.on('error', () => {});
  const taken = () => {
    const lines = read;
    read = [];
    return lines;
  };
  let fault: Error | null | undefined;
  for await (const chunk of bytes) {
    fault = await new Promise((resolve) => parser.write(chunk, resolve));
    yield* taken();
    if (fault) break;
  }
  fault ??= await new Promise((resolve) => parser.end(resolve));
  yield* taken();
  if (!fault) return;
  const { code, lines } = fault as CsvError & { lines: number };
  if (code !== 'CSV_QUOTE_NOT_CLOSED' && code !== 'CSV_MAX_RECORD_SIZE') throw fault;
  const where = lines > line ? `up to line ${lines} ` : '';
  const why = `${where}a quote is never closed, or there are more than ${MAX_LINE_BYTES} bytes`;
  yield { line, stopped: `nothing from here on was read: ${why}` };
}

function asLine(record: readonly Buffer[], line: number): CsvLine {
  if (!record.every((cell) => isUtf8(cell))) {
    return { line, unreadable: 'is not UTF-8: save the file as "CSV UTF-8"' };
  }
  if (record.some((cell) => cell.includes(0))) {
    return { line, unreadable: 'holds a NUL byte: the file is no text, or UTF-16' };
  }
  return { line, cells: record.map((cell) => cell.toString().trim()) };
}

/** By its mark, or by the zeros that ASCII has in it. */
function isUtf16(head: Buffer): boolean {
  const mark = head.length < 2 ? 0 : head.readUInt16BE(0);
  return mark === 0xfffe || mark === 0xfeff || (head.length > 1 && (head[0] === 0) !== (head[1] === 0));
}
