import { AppError } from '../../../preload/contract/errors.ts';
import type { RepresentationOptions } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../core/rng.ts';
import { UNKNOWN } from '../../fairness/groups.ts';
import { drawRows } from '../../fairness/representation/rows.ts';
import { INSUFFICIENT, MIN_ROWS, MIN_SUBJECTS } from '../../fairness/support.ts';
import type { SensitiveColumn } from '../table.ts';
import type { RepresentationInput } from './input.ts';

/** One group of a feature among the rows that are measured. */
export interface PreparedGroup {
  readonly value: string;
  readonly rows: Int32Array;
  readonly subjects: number;
  /** Why it is not compared; null if it is. */
  readonly lack: string | null;
}

/** A feature whose groups are compared at equally many rows. */
export interface PreparedFeature {
  readonly column: SensitiveColumn;
  readonly groups: readonly PreparedGroup[];
  /** Groups with enough behind them and a known value. */
  readonly compared: readonly PreparedGroup[];
  /** Rows of each group wherever groups are compared; 0 if there are fewer than two. */
  readonly equalRows: number;
  /** Of each row, its place among the compared groups, -1 for all others [rows of the split]. */
  readonly codes: Int32Array;
}

/** An input with what all tasks need of it. It follows from the input alone, so that every thread makes the same. */
export interface Prepared extends RepresentationInput {
  /** Rows that are measured, ascending. */
  readonly rows: Int32Array;
  readonly subjectCount: number;
  readonly features: readonly PreparedFeature[];
}

/**
 * Chooses the rows that are measured and divides them into groups.
 * @throws AppError usage: no such feature; invalidData: matrices that do not fit, too few rows
 */
export function prepare(input: RepresentationInput): Prepared {
  checkMatrices(input);
  const { options, table } = input;
  const all = Int32Array.from(table.subjects.keys());
  const rows = drawRows(all, table.subjects, options.rows, Rng.stream(options.seed, 'representation/rows'));
  return {
    ...input,
    rows,
    subjectCount: countSubjects(rows, table.subjects),
    features: options.features.map((name) => featureOf(input, name, rows, options)),
  };
}

function featureOf(
  { table }: RepresentationInput,
  name: string,
  rows: Int32Array,
  { groupRows }: RepresentationOptions,
): PreparedFeature {
  const column = table.sensitive.find((one) => one.name === name);
  if (!column)
    throw new AppError({
      code: 'usage',
      message: `There is no sensitive feature ${JSON.stringify(name)} in this data.`,
      hint: `It has ${table.sensitive.map((one) => one.name).join(', ') || 'none'}.`,
    });
  const groups = column.values
    .map((value, code) =>
      groupOf(
        value,
        rows.filter((row) => column.codes[row] === code),
        table.subjects,
      ),
    ) // prettier-ignore
    .filter(({ value, rows: own }) => value !== UNKNOWN || own.length > 0);
  const compared = groups.filter(({ lack }) => lack === null);
  const codes = new Int32Array(table.subjects.length).fill(-1);
  compared.forEach((group, code) => group.rows.forEach((row) => (codes[row] = code)));
  const equalRows = compared.length < 2 ? 0 : Math.min(groupRows, ...compared.map((group) => group.rows.length)); // prettier-ignore
  return { column, groups, compared, equalRows, codes };
}

function groupOf(value: string, rows: Int32Array, subjects: Int32Array): PreparedGroup {
  const count = countSubjects(rows, subjects);
  return { value, rows, subjects: count, lack: lackOf(value, rows.length, count) };
}

function lackOf(value: string, n: number, subjects: number): string | null {
  if (value === UNKNOWN) return 'rows of unknown value are counted and not compared';
  if (n < MIN_ROWS) return `${INSUFFICIENT} (n ${n}, needs ${MIN_ROWS})`;
  return subjects < MIN_SUBJECTS ? `${INSUFFICIENT} (${subjects} subjects, needs ${MIN_SUBJECTS})` : null;
}

/** Different subjects among some rows. */
export function countSubjects(rows: Int32Array, subjects: Int32Array): number {
  return new Set(rows.map((row) => subjects[row] ?? -1)).size;
}

function checkMatrices({ models, rawInput, table }: RepresentationInput): void {
  const n = table.subjects.length;
  const named = models.flatMap((model) =>
    model.layers.flatMap(({ layer, matrix, untrained, views }) =>
      [matrix, untrained, ...(views ?? [])].map((one) => [`${layer} of ${model.name}`, one] as const),
    ),
  );
  for (const [what, matrix] of [...named, ['the raw input', rawInput] as const])
    if (matrix !== null && matrix.rows !== n)
      throw new AppError({
        code: 'invalidData',
        message: `There are ${matrix.rows} rows of ${what}, but ${n} rows of metadata.`,
        hint: 'Give one row of every matrix for each row of the metadata, in the same order.',
      });
  if (n < MIN_ROWS)
    throw new AppError({
      code: 'invalidData',
      message: `There are ${n} rows, too few to say anything about their representations.`,
      hint: `Give at least ${MIN_ROWS} rows.`,
    });
}
