/** Prints a table as Markdown, so that it can go into the documentation as it is. */
export function printTable(title, rows) {
  const columns = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log(`\n### ${title}\n`);
  console.log(line(columns));
  console.log(line(columns.map((_, i) => (i === 0 ? '---' : '--:'))));
  for (const row of rows) console.log(line(columns.map((column) => row[column])));
}

/** How many times as much: `0.5`, `12`. */
export function ratio(value, base) {
  const times = value / base;
  return times >= 10 ? times.toFixed(0) : times.toFixed(times >= 1 ? 1 : 2);
}
