import { csvRecords } from './csvRecords.ts';
import type { CsvFlaw, CsvPiece, CsvRecord } from './csvRecords.ts';
import { invalidData } from './source.ts';
import type { DataSource } from './source.ts';

/** Larger tables are not read whole. */
export const MAX_TABLE_BYTES = 256 << 20;

/** A table of text read from CSV or TSV. */
export interface CsvTable {
  readonly columns: readonly string[];
  /** Records with the line of the file they end in (the first is 1), each as long as `columns`. */
  readonly rows: readonly CsvRecord[];
  /** Records that could not be read. */
  readonly rejected: readonly { readonly item: string; readonly reason: string }[];
}

/** Rows of a table in the order of the file, each as long as `columns`, and the lines that are not. */
export interface CsvRows extends CsvPiece {
  readonly columns: readonly string[];
}

/**
 * Reads a whole table; comma, semicolon or tab, whichever the first line holds most of. A record with too few or too many fields or
 * broken quotes is one rejection; after broken quotes reading goes on with the next line.
 * @param named the columns' names where the table has no header; null: its first line is the header
 * @throws AppError invalidData: too large, not UTF-8, no header, a column twice
 */
export async function readCsv(
  source: DataSource,
  path: string,
  named: readonly string[] | null = null,
): Promise<CsvTable> {
  const size = (await source.stat(path))?.size ?? 0;
  if (size > MAX_TABLE_BYTES)
    throw invalidData(
      `${path} has ${size} bytes; at most ${MAX_TABLE_BYTES} are read.`,
      'Split it, or leave out what is not needed.',
    );
  let columns: readonly string[] = [];
  const rows: CsvRecord[] = [];
  const flaws: CsvFlaw[] = [];
  for await (const piece of csvRows(source, path, { named })) {
    columns = piece.columns;
    for (const row of piece.records) rows.push(row);
    flaws.push(...piece.flaws);
  }
  return { columns, rows, rejected: flaws.map((flaw) => rejectionOf(path, flaw)) };
}

/** A line that could not be read, as an import report names it. */
export function rejectionOf(path: string, { line, reason }: CsvFlaw): { item: string; reason: string } {
  return { item: `${path}, line ${line}`, reason };
}

/** How `csvRows` reads; what is left out is as for a table with a header. */
export interface CsvRowsOptions {
  /** Names of the columns where the table has no header; `numbered`: it has none, and they are column1, column2 ... */
  readonly named?: readonly string[] | 'numbered' | null;
  /** Whether a column that appears twice in the header is refused, or called `name (2)` the second time. */
  readonly twice?: 'refuse' | 'number';
  /** Given every byte of the file once, in order, if no quotes are broken. */
  readonly seen?: (bytes: Uint8Array) => void;
}

/**
 * The same piece by piece in bounded memory, for tables of any size; there is at least one piece.
 * @throws AppError invalidData: not UTF-8, no header, a column twice, another number of columns than were named
 */
export async function* csvRows(
  source: DataSource,
  path: string,
  { named = null, twice = 'refuse', seen }: CsvRowsOptions = {},
): AsyncGenerator<CsvRows, void> {
  let columns: readonly string[] | null = null;
  let early: readonly CsvFlaw[] = [];
  const width = named === null || named === 'numbered' ? null : named.length;
  for await (const { records, flaws } of csvRecords(source, path, { seen, width })) {
    let rows = records;
    if (columns === null && rows[0] !== undefined && named !== null)
      columns = named === 'numbered' ? numbered(rows) : fitting(named, rows, path);
    else if (columns === null && rows[0] !== undefined) {
      columns = checked(twice === 'number' ? withoutTwins(rows[0].values) : rows[0].values, path);
      rows = rows.slice(1);
    }
    if (columns === null) early = [...early, ...flaws];
    else {
      yield pieceOf(columns, rows, [...early, ...flaws]);
      early = [];
    }
  }
  if (columns === null)
    throw named === null
      ? invalidData(`${path} has no header.`, 'Its first line must name the columns.')
      : invalidData(`${path} holds no rows.`, 'Give a table with one row per item.');
}

function withoutTwins(names: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  return names.map((given) => {
    const name = given.trim();
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    return time === 1 ? name : `${name} (${time})`;
  });
}

/** As many columns as most of the first records have fields: the first may be a remark. */
function numbered(rows: readonly CsvRecord[]): readonly string[] {
  const times = new Map<number, number>();
  for (const { values } of rows) times.set(values.length, (times.get(values.length) ?? 0) + 1);
  const [[width] = [0]] = [...times].toSorted(([a, x], [b, y]) => y - x || b - a);
  return Array.from({ length: width }, (_, i) => `column${i + 1}`);
}

/** The given names, if there are as many as most records have fields: the first may be a remark. */
function fitting(named: readonly string[], rows: readonly CsvRecord[], path: string): readonly string[] {
  const columns = checked(named, path);
  const fits = rows.filter(({ values }) => values.length === columns.length);
  const [first] = rows;
  if (fits[0] === first || fits.length > rows.length / 2) return columns;
  throw invalidData(
    `${columns.length} columns were named, but line ${first?.line} of ${path} has ${first?.values.length} fields.`,
    `Name every column, in order: ${columns.join(', ')} ...`,
  );
}

function pieceOf(
  columns: readonly string[],
  rows: readonly CsvRecord[],
  broken: readonly CsvFlaw[],
): CsvRows {
  const uneven = rows.filter(({ values }) => values.length !== columns.length);
  const flaws = uneven.map(({ line, values }) => ({
    line,
    reason: `has ${values.length} fields instead of ${columns.length}`,
  }));
  return {
    columns,
    records: uneven.length === 0 ? rows : rows.filter(({ values }) => values.length === columns.length),
    flaws: [...broken, ...flaws].sort((a, b) => a.line - b.line),
  };
}

function checked(names: readonly string[], path: string): readonly string[] {
  const columns = names.map((name) => name.trim());
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice === undefined) return columns;
  throw invalidData(`Column ${JSON.stringify(twice)} appears twice in ${path}.`, 'Give every column its own name.'); // prettier-ignore
}
