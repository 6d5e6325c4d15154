import type { ImportOptions } from '../../../preload/contract/vocabulary.ts';
import { ColumnSurvey } from '../columnSurvey.ts';
import { knownValue } from '../columns.ts';
import { fileNameOf, folderOf, invalidData } from '../source.ts';
import type { DataSource } from '../source.ts';
import { headerless, looksLikeTable, numberInHeader, tableRows } from '../tableFile.ts';
import type { HeaderOptions } from '../tableFile.ts';

const TEST = /(^|[^a-z])test(ing)?([^a-z]|$)/i;
const MAX_FILES = 1000;
/** A preview looks no further. */
const PREVIEW_ROWS = 100_000;

/** One table of a source. */
export interface TablePart {
  readonly path: string;
  readonly role: 'audit' | null;
}

/** The tables of a source and what a first pass over them found. */
export interface TablePlan {
  readonly parts: readonly TablePart[];
  readonly header: HeaderOptions;
  readonly columns: readonly ColumnSurvey[];
  /** Rows of the right width. */
  readonly rows: number;
  readonly trainingRows: number;
  /** Whether there are more rows than were looked at. */
  readonly cut: boolean;
  readonly problems: readonly string[];
}

/** The tables of a source: the file given, or those at the top of a folder; of train and test tables, test is set aside. */
export async function tableParts(source: DataSource): Promise<readonly TablePart[]> {
  if (source.entry !== null) return [{ path: source.entry, role: null }];
  const paths = (await source.list())
    .filter(({ path, problem }) => problem === null && folderOf(path) === '' && looksLikeTable(path))
    .map(({ path }) => path);
  if (paths.length > MAX_FILES)
    throw invalidData(`${source.location} holds more than ${MAX_FILES} tables.`, 'Import them one by one.');
  const isTest = (path: string): boolean => TEST.test(fileNameOf(path));
  const hasBoth = paths.some(isTest) && !paths.every(isTest);
  return paths.map((path) => ({ path, role: hasBoth && isTest(path) ? 'audit' : null }));
}

/**
 * A first pass over the tables: what is in their columns.
 * @param look true: only the first rows, and columns without names are numbered rather than refused
 * @throws AppError invalidData: no table, no header, different columns
 */
export async function surveyTables(
  source: DataSource,
  options: ImportOptions,
  look: boolean,
): Promise<TablePlan> {
  const parts = await tableParts(source);
  const problems: string[] = [];
  const header = await headerOf(source, parts, options, look ? problems : null);
  const most = look ? PREVIEW_ROWS : Infinity;
  let columns: readonly ColumnSurvey[] | null = null;
  let [rows, trainingRows, cut] = [0, 0, false];
  for (const { path, role } of parts)
    for await (const piece of tableRows(source, path, header)) {
      columns = sameColumns(columns, piece.columns, path);
      if (look) for (const { line, reason } of piece.flaws.slice(0, 10)) problems.push(`${path}, line ${line} ${reason}`); // prettier-ignore
      for (const { values } of piece.records) for (const [i, column] of columns.entries()) column.add(values[i]); // prettier-ignore
      rows += piece.records.length;
      if (role === null) trainingRows += piece.records.length;
      cut = rows > most;
      if (cut) break;
    }
  if (columns === null)
    throw invalidData(`${source.location} holds no table.`, 'Tables are CSV, TSV or Parquet files.');
  return { parts, header, columns, rows, trainingRows, cut, problems };
}

async function headerOf(
  source: DataSource,
  parts: readonly TablePart[],
  options: ImportOptions,
  problems: string[] | null,
): Promise<HeaderOptions> {
  const header = pickHeader(options);
  for (const { path } of parts) {
    const number = await numberInHeader(source, path, header);
    if (number === null) continue;
    if (problems === null) throw headerless(path, number);
    problems.push(`${headerless(path, number).message} Its columns were numbered.`);
    return { header: 'none' };
  }
  return header;
}

/** Of the options what names a table's columns; nothing where they leave it open. */
function pickHeader({ columns, header }: ImportOptions): HeaderOptions {
  return {
    ...(columns === undefined ? {} : { columns }),
    ...(header === undefined ? {} : { header }),
  };
}

function sameColumns(
  before: readonly ColumnSurvey[] | null,
  names: readonly string[],
  path: string,
): readonly ColumnSurvey[] {
  if (before === null) return names.map((name) => new ColumnSurvey(name));
  if (before.length === names.length && before.every(({ name }, i) => name === names[i])) return before;
  throw invalidData(
    `${path} has other columns than the tables before it: ${names.slice(0, 20).join(', ')}.`,
    'Import tables of different columns one by one.',
  );
}

/** Values of a label that differ from another by a full stop at their end, as in test files of UCI, with what they mean. */
export function fullStops(values: ReadonlySet<string>): ReadonlyMap<string, string> {
  const pairs = [...values].map((value) => [value, knownValue(value.replace(/\.$/, '')) ?? value] as const);
  return new Map(pairs.filter(([value, bare]) => value !== bare && values.has(bare)));
}
