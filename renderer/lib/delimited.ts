/** One cell of a table as it is copied. */
export type Cell = string | number | boolean | null | undefined;

/** Rows as tab-separated text, as spreadsheets paste it; tabs and line ends inside cells become spaces. */
export function toTsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => row.map(tsvCell).join('\t')).join('\n');
}

function tsvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  const text = String(cell).replace(/[\t\r\n]+/g, ' ');
  // A spreadsheet would run a text that starts like a formula.
  return typeof cell === 'string' && /^[=+@]/.test(text) ? `'${text}` : text;
}
