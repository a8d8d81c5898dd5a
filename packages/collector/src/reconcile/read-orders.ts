import { type CsvLine, readCsvLines } from '../import/csv-lines.ts';

/** One order of the shop; `unreadable`: the line has none. */
export type OrderLine =
  | {
      line: number;
      id: string;
      value: number | undefined /** In capitals, empty where unknown. */;
      currency: string;
    }
  | { line: number; unreadable: string }
  | Extract<CsvLine, { stopped: string }>;

/** What a column of order ids is called where nobody says it, in lower case, without spaces and underlines. */
const ID_COLUMNS = ['transactionid', 'orderid', 'ordernumber', 'id'];

/**
 * The orders of a file with a header; columns that are not asked for are left alone.
 *
 * @param source path of the file, or what is in it
 * @param column name of the one with the order's id; default: by its usual names
 * @throws the system's error where the file cannot be opened or read
 */
export async function* readOrders(source: string | Buffer, column?: string): AsyncGenerator<OrderLine> {
  let places: { id: number; value: number; currency: number; columns: number } | undefined;
  for await (const read of readCsvLines(source)) {
    if ('stopped' in read) {
      yield read;
      return;
    }
    if (places) {
      yield 'unreadable' in read ? read : readOrder(read, places);
      continue;
    }
    const names = 'cells' in read ? read.cells.map(plain) : [];
    const wanted = column === undefined ? ID_COLUMNS : [plain(column)];
    const id = wanted.map((name) => names.indexOf(name)).find((place) => place >= 0);
    if (id === undefined) {
      yield { line: read.line, stopped: NO_COLUMN };
      return;
    }
    places = {
      id,
      value: names.indexOf('value'),
      currency: names.indexOf('currency'),
      columns: names.length,
    };
  }
  if (!places) yield { line: 1, stopped: 'the file is empty: it needs a header and lines' };
}

const NO_COLUMN =
  'the header has no column with the order’s id: name it with --column (cells are separated by commas)';

function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_]/g, '');
}

function readOrder(
  { line, cells }: Extract<CsvLine, { cells: string[] }>,
  places: { id: number; value: number; currency: number; columns: number },
): OrderLine {
  if (cells.length !== places.columns) {
    return { line, unreadable: `has ${cells.length} cells, and the header ${places.columns}` };
  }
  const id = cells[places.id]!;
  if (id === '') return { line, unreadable: 'has no order id' };
  const value = cells[places.value] ?? '';
  if (value !== '' && !/^\d{1,12}(\.\d+)?$/.test(value)) {
    return { line, unreadable: 'has a value that is no number such as 12.34' };
  }
  const currency = (cells[places.currency] ?? '').toUpperCase();
  if (!/^([A-Z]{3})?$/.test(currency))
    return { line, unreadable: 'has a currency that is no code such as EUR' };
  return { line, id, value: value === '' ? undefined : Number(value), currency };
}
