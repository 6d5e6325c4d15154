import { parse } from 'csv-parse/sync';
import type { CsvError } from 'csv-parse/sync';
import { invalidData, readWhole } from './source.ts';
import type { DataSource } from './source.ts';

/** Larger tables are refused. */
export const MAX_TABLE_BYTES = 256 << 20;

const MAX_RECORD_BYTES = 1 << 20;

/** A table of text read from CSV or TSV. */
export interface CsvTable {
  readonly columns: readonly string[];
  /** Records with their line in the file (the first is 1), each as long as `columns`. */
  readonly rows: readonly { readonly line: number; readonly values: readonly string[] }[];
  /** Records that could not be read. */
  readonly rejected: readonly { readonly item: string; readonly reason: string }[];
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/**
 * Reads a table with a header; comma, semicolon or tab, whichever the header holds most of. A record with too few or too many
 * fields or broken quotes is one rejection.
 * @throws AppError invalidData: too large, not UTF-8, no header, a column twice
 */
export async function readCsv(source: DataSource, path: string): Promise<CsvTable> {
  const text = decoded(await readWhole(source, path, MAX_TABLE_BYTES), path);
  const rejected: { item: string; reason: string }[] = [];
  const records = parseRecords(text, path, rejected);
  const [header, ...rest] = records;
  if (header === undefined)
    throw invalidData(`${path} has no header.`, 'Its first line must name the columns.');
  const columns = header.record.map((name) => name.trim());
  checkColumns(columns, path);
  const rows = [];
  for (const { record, info } of rest) {
    if (record.length === columns.length) rows.push({ line: info.lines, values: record });
    else
      rejected.push({
        item: `${path}, line ${info.lines}`,
        reason: `has ${record.length} fields instead of ${columns.length}`,
      });
  }
  return { columns, rows, rejected };
}

function parseRecords(
  text: string,
  path: string,
  rejected: { item: string; reason: string }[],
): readonly Parsed[] {
  const skipped = (error: CsvError | undefined): undefined => {
    const line: unknown = error?.['lines'];
    const reason =
      error?.code === 'CSV_MAX_RECORD_SIZE' ? 'is longer than a record may be' : 'has broken quotes';
    rejected.push({ item: `${path}, line ${typeof line === 'number' ? line : '?'}`, reason });
  };
  try {
    return parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      info: true,
      max_record_size: MAX_RECORD_BYTES,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: skipped,
    }) as unknown as readonly Parsed[];
  } catch (cause) {
    throw invalidData(
      `${path} is not a table that can be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Save it as CSV with a header, in UTF-8.',
    );
  }
}

function delimiterOf(text: string): string {
  const header = text.slice(0, 65_536).split(/\r?\n/).find((line) => line.trim() !== '') ?? ''; // prettier-ignore
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidData(`${path} is not text in UTF-8.`, 'Save it again as UTF-8.');
  }
}

function checkColumns(columns: readonly string[], path: string): void {
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined)
    throw invalidData(`Column ${JSON.stringify(twice)} appears twice in ${path}.`, 'Give every column its own name.'); // prettier-ignore
}
