import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { AppError } from '../../preload/contract/errors.ts';
import type { CsvPiece } from './csvRecords.ts';
import type { CsvRows } from './csvTable.ts';
import { decompressors } from './readers/inflate.ts';
import { invalidData } from './source.ts';
import type { DataSource } from './source.ts';

/** Bounds of a Parquet file: what a row group may unpack to, and the rows that are in memory at once. */
export const PARQUET_BOUNDS = {
  groupBytes: 2 ** 29,
  columns: 10_000,
  rows: 16_384,
  footer: 64 << 20,
} as const;

/**
 * Rows of a Parquet file in the manner of `csvRows`: every value as text, what is missing as the empty text, the number of the row as
 * its line.
 * @throws AppError invalidData: not Parquet, damaged, row groups that are too large
 */
export async function* parquetRows(source: DataSource, path: string): AsyncGenerator<CsvRows, void> {
  const file = await bufferOf(source, path);
  const metadata = await refusing(path, () => parquetMetadataAsync(file));
  const columns = columnsOf(metadata, path);
  yield { columns, records: [], flaws: [] };
  let first = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    checkGroup(path, Number(group.total_byte_size), rows);
    for (let start = first; start < first + rows; start += PARQUET_BOUNDS.rows) {
      const end = Math.min(first + rows, start + PARQUET_BOUNDS.rows);
      yield { columns, ...(await rowsBetween(file, metadata, columns, start, end)) };
    }
    first += rows;
  }
}

/** Rows of a place in the file; where they are damaged, one flaw stands for them all. */
async function rowsBetween(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
  start: number,
  end: number,
): Promise<CsvPiece> {
  try {
    const cells: (readonly string[])[] = [];
    // One by one: of columns read at once, the library forgets the failures after the first, which would end the process.
    for (const name of columns) {
      const rows = await parquetReadObjects({ file, metadata, columns: [name], rowStart: start, rowEnd: end, compressors: decompressors, useOffsetIndex: true }); // prettier-ignore
      if (rows.length !== end - start) throw new Error(`${name} has ${rows.length} values`);
      cells.push(rows.map((row) => textOf(row[name])));
    }
    const records = Array.from({ length: end - start }, (_, i) => ({ line: start + i + 1, values: cells.map((column) => column[i] ?? '') })); // prettier-ignore
    return { records, flaws: [] };
  } catch (cause) {
    return { records: [], flaws: [{ line: start + 1, reason: `to ${end} cannot be read as Parquet (${phraseOf(cause)})` }] }; // prettier-ignore
  }
}

async function bufferOf(source: DataSource, path: string): Promise<AsyncBuffer> {
  const byteLength = (await source.stat(path))?.size ?? 0;
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      if (end - start > PARQUET_BOUNDS.groupBytes) throw new Error(`a part of ${end - start} bytes is too large`);
      return new Uint8Array(await source.read(path, start, end - start)).buffer;
    },
  }; // prettier-ignore
}

function columnsOf(metadata: FileMetaData, path: string): readonly string[] {
  const [root, ...elements] = metadata.schema;
  const names: string[] = [];
  // Of nested columns only the outermost names count; the schema lists them depth first.
  for (let at = 0, left = root?.num_children ?? 0; left > 0 && at < elements.length; left--) {
    names.push(elements[at]?.name ?? '');
    for (let open = 1; open > 0 && at < elements.length; at++) open += (elements[at]?.num_children ?? 0) - 1;
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw invalidData(`Column ${JSON.stringify(twice)} appears twice in ${path}.`, 'Give every column its own name.'); // prettier-ignore
  if (names.length > 0 && names.length <= PARQUET_BOUNDS.columns) return names;
  throw invalidData(`${path} has ${names.length} columns.`, `From 1 to ${PARQUET_BOUNDS.columns} are read.`);
}

function checkGroup(path: string, bytes: number, rows: number): void {
  const counts = [bytes, rows].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (counts && bytes <= PARQUET_BOUNDS.groupBytes && rows <= PARQUET_BOUNDS.groupBytes) return;
  throw invalidData(
    `${path} has a row group of ${rows} rows and ${bytes} bytes; at most ${PARQUET_BOUNDS.groupBytes} bytes are read at once.`,
    'Write it with smaller row groups.',
  );
}

/** Whatever the library makes of damaged bytes is a sentence. */
async function refusing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw invalidData(`${path} cannot be read as Parquet (${phraseOf(cause)}).`, 'Write it again, or save it as CSV.'); // prettier-ignore
  }
}

function phraseOf(cause: unknown): string {
  const [first = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return first.slice(0, 200);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? '';
}
