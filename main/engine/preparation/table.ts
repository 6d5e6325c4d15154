import { AppError } from '../../../preload/contract/errors.ts';
import type { TableColumn } from '../../core/datasetFiles.ts';
import type { SampleLayout } from '../layout.ts';

/** Rows that are looked at together. */
export const BLOCK = 4096;
/** Numbers per column of a row: the value, and 1 where it is missing. */
const CHANNELS = 2;

/** What was learnt of one column; deviations are those of a population, and 1 where a column never changes. */
export type PreparedColumn =
  | { readonly name: string; readonly kind: 'number'; readonly mean: number; readonly deviation: number }
  | { readonly name: string; readonly kind: 'category'; readonly values: readonly string[] };

/** What was learnt of the pretrain rows of a table. */
export interface TablePreparation {
  readonly kind: 'table';
  readonly columns: readonly PreparedColumn[];
}

/** Mean and deviation of every number among the rows (missing values left out), and the values of every category. */
export function learnTable(columns: readonly TableColumn[], rows: Iterable<Float32Array>): TablePreparation {
  const sums = columns.map(() => new Moments());
  for (const block of rows) block.forEach((value, i) => sums[i % columns.length]?.add(value));
  return {
    kind: 'table',
    columns: columns.map((column, i) =>
      column.kind === 'category'
        ? { name: column.name, kind: 'category', values: column.values }
        : { name: column.name, kind: 'number', ...(sums[i] as Moments).found() },
    ),
  };
}

/** Running mean and variance (Welford), exact for large means. */
export class Moments {
  private count = 0;
  private mean = 0;
  private squares = 0;

  /** Values that are no numbers are missing. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.count += 1;
    const before = value - this.mean;
    this.mean += before / this.count;
    this.squares += before * (value - this.mean);
  }

  /** Rounded to what a checkpoint's tensors hold; without any value mean 0 and deviation 1. */
  found(): { readonly mean: number; readonly deviation: number } {
    const deviation = Math.sqrt(this.squares / Math.max(1, this.count));
    return { mean: Math.fround(this.mean), deviation: deviation > 1e-12 ? Math.fround(deviation) : 1 };
  }
}

/** Makes numbers of stored rows whose columns stand in any order. @throws AppError invalidData if a column is missing */
export function tableReader(
  { columns }: TablePreparation,
  stored: readonly TableColumn[],
): (rows: Float32Array) => Float32Array {
  const places = columns.map((column) => placeOf(column, stored));
  const translations = columns.map((column, i) =>
    translation(column, stored[places[i] as number] as TableColumn),
  );
  return (rows) => {
    const count = rows.length / stored.length;
    const result = new Float32Array(count * columns.length * CHANNELS);
    for (let row = 0; row < count; row++)
      places.forEach((place, i) => {
        const [value, missing] = translations[i]?.(rows[row * stored.length + place] as number) ?? [0, 1];
        result.set([value, missing], (row * columns.length + i) * CHANNELS);
      });
    return result;
  };
}

function placeOf(column: PreparedColumn, stored: readonly TableColumn[]): number {
  const place = stored.findIndex(({ name, kind }) => name === column.name && kind === column.kind);
  if (place >= 0) return place;
  throw new AppError({
    code: 'invalidData',
    message: `The data set has no column ${column.name} of kind ${column.kind}, which the encoder was trained on.`,
    hint: `Its columns: ${stored.map(({ name }) => name).join(', ')}.`,
  });
}

/** A stored value as value and missing flag; a value of a category that was never seen is unknown. */
function translation(
  column: PreparedColumn,
  stored: TableColumn,
): (value: number) => readonly [number, number] {
  if (column.kind === 'number')
    return (value) => (Number.isNaN(value) ? [0, 1] : [(value - column.mean) / column.deviation, 0]);
  const unknown = column.values.length - 1;
  const names = stored.kind === 'category' ? stored.values : [];
  const codes = names.map((name) => {
    const code = column.values.indexOf(name);
    return code < 0 ? unknown : code;
  });
  return (value) => [codes[value] ?? unknown, 0];
}

/** What prepared rows mean; `marginals` are prepared rows of the pretrain split. */
export function tableLayout({ columns }: TablePreparation, marginals: Float32Array): SampleLayout {
  return {
    kind: 'table',
    columns: columns.map((column) =>
      column.kind === 'category'
        ? { name: column.name, kind: 'category', size: column.values.length }
        : { name: column.name, kind: 'number' },
    ),
    marginals,
  };
}
