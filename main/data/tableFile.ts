import type { ImportOptions } from '../../preload/contract/vocabulary.ts';
import { numberOf } from './columns.ts';
import { csvRows } from './csvTable.ts';
import type { CsvRows } from './csvTable.ts';
import { parquetRows } from './parquetTable.ts';
import { invalidData } from './source.ts';
import type { DataSource } from './source.ts';

const TABLE = /\.(csv|tsv|tab|parquet|data|test|train)$/i;
const PARQUET = /\.parquet$/i;

/** Whether a file's name is that of a table. */
export function looksLikeTable(path: string): boolean {
  return TABLE.test(path);
}

/** What says how a table's columns are called. */
export type HeaderOptions = Pick<ImportOptions, 'columns' | 'header'>;

/**
 * Rows of a table in CSV, TSV or Parquet, piece by piece; there is at least one piece.
 * @throws AppError invalidData if it cannot be read at all
 */
export function tableRows(
  source: DataSource,
  path: string,
  { columns, header }: HeaderOptions,
): AsyncGenerator<CsvRows, void> {
  if (PARQUET.test(path)) return parquetRows(source, path);
  return csvRows(source, path, {
    named: columns ?? (header === 'none' ? 'numbered' : null),
    twice: 'number',
  });
}

/**
 * The number that the first line of a table begins with or holds, by which it is probably no header; null if it may be one, or if
 * the options say what it is.
 */
export async function numberInHeader(
  source: DataSource,
  path: string,
  { columns, header }: HeaderOptions,
): Promise<string | null> {
  if (columns !== undefined || header !== undefined || PARQUET.test(path)) return null;
  for await (const { records } of csvRows(source, path, { named: 'numbered' })) {
    const [first] = records;
    if (first) return first.values.find((value) => numberOf(value.trim()) !== null)?.trim() ?? null;
  }
  return null;
}

/** Refuses a table whose first line is no header, and says what to do. */
export function headerless(path: string, number: string) {
  return invalidData(
    `${path} seems to have no header: its first line holds the number ${number}.`,
    'Name its columns in order (--columns a,b,…), number them (--header none), or say that the line does name them (--header first).',
  );
}
