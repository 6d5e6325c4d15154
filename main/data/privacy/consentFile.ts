import type { ConsentRecord } from '../../../preload/contract/vocabulary.ts';
import { purposesOf } from '../../core/consent.ts';
import { readCsv } from '../csvTable.ts';
import { openSource } from '../fsSource.ts';
import { invalidData } from '../source.ts';

/** Columns of a consent table; only the first must be there. */
export const CONSENT_COLUMNS = [
  'subject',
  'basis',
  'purposes',
  'source',
  'date',
  'expires',
  'withdrawn',
] as const;

type Column = (typeof CONSENT_COLUMNS)[number];

/** What a table of consent holds. */
export interface ConsentFile {
  readonly records: readonly ConsentRecord[];
  readonly rejected: readonly { readonly item: string; readonly reason: string }[];
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Reads records of consent from a CSV or TSV file; a line that does not fit is listed, the others are read. Of two lines about one
 * subject the later one counts.
 * @throws AppError invalidData: a folder, no column `subject`, an unknown column, not a table
 */
export async function readConsentFile(path: string): Promise<ConsentFile> {
  const source = await openSource(path);
  if (source.entry === null)
    throw invalidData(`${path} is a folder, not a table of consent.`, 'Give a CSV file.');
  const table = await readCsv(source, source.entry);
  const place = placesOf(table.columns, path);
  const records = new Map<string, ConsentRecord>();
  const rejected = [...table.rejected];
  for (const { values, line } of table.rows) {
    const cell = (column: Column): string => (values[place.get(column) ?? -1] ?? '').trim();
    const problem = problemOf(cell);
    if (problem === null) records.set(cell('subject'), recordOf(cell));
    else rejected.push({ item: `line ${line}`, reason: problem });
  }
  return { records: [...records.values()], rejected };
}

function placesOf(columns: readonly string[], path: string): ReadonlyMap<string, number> {
  const known: readonly string[] = CONSENT_COLUMNS;
  const stray = columns.find((column) => !known.includes(column));
  const hint = `Its columns are among ${known.join(', ')}; subject must be there.`;
  if (stray !== undefined)
    throw invalidData(`${path} has the unknown column ${JSON.stringify(stray)}.`, hint);
  if (!columns.includes('subject')) throw invalidData(`${path} has no column subject.`, hint);
  return new Map(columns.map((column, at) => [column, at]));
}

function problemOf(cell: (column: Column) => string): string | null {
  if (cell('subject') === '') return 'it names no subject';
  for (const column of ['date', 'expires', 'withdrawn'] as const) {
    if (cell(column) !== '' && !isDay(cell(column)))
      return `${column} is ${JSON.stringify(cell(column))}, but must be a day such as 2026-03-31`;
  }
  return null;
}

function isDay(text: string): boolean {
  const time = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // A day that the month does not have is another day once parsed, or none.
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}

function recordOf(cell: (column: Column) => string): ConsentRecord {
  const orNull = (column: Column): string | null => (cell(column) === '' ? null : cell(column));
  return {
    subject: cell('subject').normalize(),
    basis: cell('basis'),
    purposes: purposesOf(cell('purposes')),
    source: cell('source'),
    date: orNull('date'),
    expires: orNull('expires'),
    withdrawn: orNull('withdrawn'),
  };
}
