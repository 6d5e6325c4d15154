import { AppError } from '../../../preload/contract/errors.ts';
import type { ColumnGlance } from '../../../preload/contract/vocabulary.ts';
import { csvRows } from '../../data/csvTable.ts';
import { openSource } from '../../data/fsSource.ts';

const ROWS = 500;
const EXAMPLES = 12;

/**
 * The columns of a CSV or TSV file, as its first rows show them.
 * @throws AppError invalidData: a folder, not UTF-8, no header, a column twice; notFound: no such file
 */
export async function columnsOf(path: string): Promise<readonly ColumnGlance[]> {
  const source = await openSource(path);
  if (source.entry === null)
    throw new AppError({
      code: 'invalidData',
      message: `${path} is a folder, not a table of predictions.`,
      hint: 'Give a CSV file.',
    });
  let names: readonly string[] = [];
  const rows: (readonly string[])[] = [];
  for await (const { columns, records } of csvRows(source, source.entry)) {
    names = columns;
    rows.push(...records.slice(0, ROWS - rows.length).map((record) => record.values));
    if (rows.length >= ROWS) break;
  }
  return names.map((name, at) =>
    glanceOf(
      name,
      rows.map((row) => row[at] ?? ''),
    ),
  );
}

function glanceOf(name: string, values: readonly string[]): ColumnGlance {
  const examples = [...new Set(values)].slice(0, EXAMPLES);
  return { name, examples, share: values.length > 0 && values.every(isShare) };
}

function isShare(value: string): boolean {
  const number = Number(value);
  return value.trim() !== '' && number >= 0 && number <= 1;
}
