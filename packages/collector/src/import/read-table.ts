import { type Cells, type Field, readCells, readHeader } from './columns.ts';
import { type CsvLine, readCsvLines } from './csv-lines.ts';
import { type Unreadable, wrong } from './read-row.ts';
import { findTimeZone, type TimeZone } from './time-zone.ts';

/** A line of data; `flaw`: it has none that can be read. */
export type DataLine = { line: number } & (
  | { cells: Cells; zone: TimeZone | undefined }
  | { flaw: Unreadable }
);

/** Why nothing from this line on was taken. */
export type TableFlaw = Extract<CsvLine, { stopped: string }>;

/** Begins the line above the header in which Microsoft's template names the time zone. */
const PARAMETERS = 'parameters:';

/** Begins lines of advice above the header. */
const ADVICE = '#';

/**
 * The lines below the header. Above it may stand, as in Microsoft's template, advice and the line
 * `Parameters:TimeZone=…`.
 *
 * @param zone of times that name none; that of the file goes first
 */
export async function* readTable(
  path: string,
  zone: TimeZone | undefined,
): AsyncGenerator<DataLine | TableFlaw> {
  let fields: readonly Field[] | undefined;
  let fileZone = zone;
  for await (const read of readCsvLines(path)) {
    const { line } = read;
    if ('stopped' in read) {
      yield read;
      return;
    }
    if (fields) {
      yield readData(read, fields, fileZone);
      continue;
    }
    if ('unreadable' in read) {
      yield { line, stopped: `the header ${read.unreadable}` };
      return;
    }
    const [first = ''] = read.cells;
    if (first.startsWith(ADVICE)) continue;
    if (first.toLowerCase().startsWith(PARAMETERS)) {
      const name = timeZoneIn(first);
      if (name === '') continue;
      fileZone = findTimeZone(name);
      if (fileZone) continue;
      yield { line, stopped: 'the time zone of the line "Parameters" is not known' };
      return;
    }
    const header = readHeader(read.cells);
    if ('flaw' in header) {
      yield { line, stopped: header.flaw };
      return;
    }
    fields = header;
  }
  if (!fields) yield { line: 1, stopped: 'the file is empty: it needs a header and lines' };
}

/** Of `Parameters:TimeZone=-0500`, also among others: `Parameters:EntityType=X;TimeZone=-0500;`. */
function timeZoneIn(parameters: string): string {
  const [, name = ''] = /[:;]\s*timezone\s*=\s*([^;]*)/i.exec(parameters) ?? [];
  return name.trim();
}

function readData(
  read: Exclude<CsvLine, TableFlaw>,
  fields: readonly Field[],
  zone: TimeZone | undefined,
): DataLine {
  const { line } = read;
  if ('unreadable' in read) return { line, flaw: wrong('', 'UnreadableLine', read.unreadable) };
  const cells = readCells(fields, read.cells);
  if (cells) return { line, cells, zone };
  const message = `has ${read.cells.length} cells, and the header ${fields.length}`;
  return { line, flaw: wrong('', 'WrongCellCount', message) };
}
