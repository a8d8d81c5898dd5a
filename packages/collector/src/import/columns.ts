/**
 * The columns that an import knows: those of Microsoft's template for offline conversions and of its
 * Bulk files, and the names of `POST /v1/conversions` and `/v1/adjustments`. In any case.
 */
const NAMES = {
  id: ['id'],
  transactionId: ['transactionId', 'Transaction ID'],
  event: ['event'],
  goal: ['goal', 'Conversion Name'],
  time: ['time', 'Conversion Time'],
  value: ['value', 'Conversion Value'],
  currency: ['currency', 'Conversion Currency', 'Conversion Currency Code'],
  msclkid: ['msclkid', 'Microsoft Click ID'],
  email: ['email'],
  em: ['em', 'Hashed Email Address'],
  phone: ['phone'],
  ph: ['ph', 'Hashed Phone Number'],
  externalId: ['externalId'],
  anonymousId: ['anonymousId'],
  type: ['type', 'Adjustment Type'],
  adjustmentTime: ['Adjustment Time'],
  adjustmentValue: ['Adjustment Value', 'Adjusted Value'],
  adjustmentCurrency: [
    'Adjustment Currency',
    'Adjustment Currency Code',
    'Adjusted Currency',
    'Adjusted Currency Code',
    'Adjusted Value Currency',
  ],
} as const;

export type Field = keyof typeof NAMES;

/** The filled cells of a line, by what they mean. */
export type Cells = Partial<Record<Field, string>>;

const FIELDS = new Map<string, Field>(
  Object.entries(NAMES).flatMap(([field, names]) =>
    names.map((name) => [name.toLowerCase(), field as Field] as const),
  ),
);

/**
 * What each column means.
 *
 * @returns or what is wrong; no cell is repeated, since in a file without a header it is a person's
 */
export function readHeader(cells: readonly string[]): readonly Field[] | { flaw: string } {
  const names = withoutEmptyEnd(cells);
  const fields = names.map((name) => FIELDS.get(name.toLowerCase()));
  const unknown = fields.flatMap((field, index) => (field === undefined ? [index + 1] : []));
  if (names.length === 1 && /[;\t]/.test(names[0]!)) return { flaw: 'cells must be separated by commas' };
  if (unknown.length > 0) {
    const known = Object.values(NAMES).flat().join(', ');
    return { flaw: `column ${unknown.join(', ')} is not known; remove it, or name it as one of: ${known}` };
  }
  const twice = fields.find((field, index) => fields.indexOf(field) !== index);
  if (twice) return { flaw: `two columns mean ${twice}` };
  const has = (...wanted: Field[]) => wanted.some((field) => fields.includes(field));
  // A correction may be found by an id alone; a conversion without its time is none.
  if (!has('time') && !has('type')) return { flaw: 'a column "Conversion Time" or "time" is needed' };
  if (!has('goal', 'event') && !has('type')) {
    return { flaw: 'a column "Conversion Name", "goal" or "event" is needed' };
  }
  return fields as Field[];
}

/** @returns undefined where there are more or fewer cells than columns */
export function readCells(fields: readonly Field[], cells: readonly string[]): Cells | undefined {
  if (cells.length < fields.length || withoutEmptyEnd(cells).length > fields.length) return undefined;
  return Object.fromEntries(
    fields.flatMap((field, index) => (cells[index] ? [[field, cells[index]] as const] : [])),
  );
}

/** Spreadsheets fill up lines with empty cells. */
function withoutEmptyEnd(cells: readonly string[]): readonly string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}
