import { AppError } from '../../../preload/contract/errors.ts';
import type { PrivacyColumn } from '../../../preload/contract/vocabulary.ts';
import type { TableColumn } from '../../core/datasetFiles.ts';
import { compareValues, numberOf, UNKNOWN } from '../columns.ts';
import { codesOf, type StoredDataset } from '../stored.ts';
import type { CodedColumn } from './anonymity.ts';

/** Rows of a table that are read at a time. */
const PIECE_BYTES = 4 << 20;
const LISTED = 50;
/** Digits that a 32-bit float tells. */
const DIGITS = 7;

/** A column with its place in the data set. */
export interface PlacedColumn extends CodedColumn {
  readonly kind: PrivacyColumn['kind'];
}

/**
 * Columns of a data set by which people may be told apart: targets, sensitive features, and of a table its columns. Values are in order
 * of number, then word; what is missing is `unknown`, last.
 * @param names those that are wanted; null: all
 * @throws AppError usage for a name that it does not have
 */
export async function privacyColumns(
  dataset: StoredDataset,
  names: readonly string[] | null,
): Promise<readonly PlacedColumn[]> {
  const { manifest } = dataset;
  const table = manifest.format?.kind === 'table' ? manifest.format.columns : [];
  const known = [...manifest.sensitive, ...manifest.targets, ...table].map(({ name }) => name);
  const stray = names?.find((name) => !known.includes(name));
  if (stray !== undefined)
    throw new AppError({
      code: 'usage',
      message: `Data set ${dataset.id} has no column ${JSON.stringify(stray)}.`,
      hint: `It has ${known.join(', ')}.`,
    });
  const wanted = (name: string): boolean => names === null || names.includes(name);
  const columns: PlacedColumn[] = [];
  for (const { name, values, digest } of manifest.sensitive)
    if (wanted(name)) columns.push({ name, kind: 'sensitive', values, codes: await coded(dataset, digest) });
  for (const { name, classes, digest } of manifest.targets)
    if (wanted(name))
      columns.push({ name, kind: 'target', values: classes, codes: await coded(dataset, digest) });
  const asked = table.flatMap((column, at) => (wanted(column.name) ? [{ column, at }] : []));
  const raw = asked.map(() => new Float32Array(dataset.count));
  if (asked.length > 0)
    for await (const { start, rows, values } of tablePieces(dataset, table.length))
      for (let row = 0; row < rows; row++)
        asked.forEach(({ at }, i) => {
          const own = raw[i];
          if (own) own[start + row] = values[row * table.length + at] ?? NaN;
        });
  asked.forEach(({ column }, i) => columns.push(tableColumn(column, raw[i] ?? new Float32Array(0))));
  return columns;
}

async function coded(dataset: StoredDataset, digest: string): Promise<Int32Array> {
  return Int32Array.from(await codesOf(dataset, digest));
}

/** The rows of a stored table, some at a time: row after row, `width` numbers each. */
export async function* tablePieces(
  dataset: StoredDataset,
  width: number,
): AsyncIterable<{ readonly start: number; readonly rows: number; readonly values: Float32Array }> {
  const stride = width * Float32Array.BYTES_PER_ELEMENT;
  const file = dataset.find(dataset.manifest.samples);
  const step = Math.max(1, Math.floor(PIECE_BYTES / stride));
  for (let start = 0; start < dataset.count; start += step) {
    const rows = Math.min(step, dataset.count - start);
    const bytes = await dataset.readBytes(file, start * stride, rows * stride);
    yield { start, rows, values: new Float32Array(new Uint8Array(bytes).buffer) };
  }
}

function tableColumn(column: TableColumn, raw: Float32Array): PlacedColumn {
  const { name } = column;
  if (column.kind === 'category')
    return { name, kind: 'category', values: column.values, codes: Int32Array.from(raw) };
  const words = Array.from(raw, (value) => (Number.isNaN(value) ? UNKNOWN : numberWord(value)));
  const values = [...new Set(words)].sort((a, b) =>
    a === UNKNOWN ? 1 : b === UNKNOWN ? -1 : compareValues(a, b),
  );
  const codeOf = new Map(values.map((value, code) => [value, code]));
  return { name, kind: 'number', values, codes: Int32Array.from(words, (word) => codeOf.get(word) ?? 0) };
}

/** A number as people wrote it, without the digits that 32 bits add. */
export function numberWord(value: number): string {
  return String(Number(value.toPrecision(DIGITS)));
}

/** A column in words and numbers, for whoever chooses. */
export function describeColumn({ name, kind, values, codes }: PlacedColumn): PrivacyColumn {
  const counts = values.map(() => 0);
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  const present = values
    .map((value, code) => ({ value, rows: counts[code] ?? 0 }))
    .filter(({ rows }) => rows > 0);
  const known = present.filter(({ value }) => value !== UNKNOWN);
  const numbers = known.map(({ value }) => numberOf(value)).filter((value) => value !== null);
  const range = numbers.length > 0 && numbers.length === known.length;
  return {
    ...{ name, kind, distinct: present.length },
    values: present.toSorted((a, b) => b.rows - a.rows).slice(0, LISTED),
    range: range
      ? [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))]
      : null,
  };
}
