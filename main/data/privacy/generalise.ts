import { AppError } from '../../../preload/contract/errors.ts';
import type { ColumnGeneralisation } from '../../../preload/contract/vocabulary.ts';
import { numberOf, UNKNOWN } from '../columns.ts';
import { checkEdges, rangeNames } from '../ranges.ts';

/** What values become: a list of new ones, and the place of each old one among them. */
export interface Recoding {
  readonly values: readonly string[];
  /** Index into `values` by old code. */
  readonly code: readonly number[];
}

/** The one value that a dropped column is left with. */
export const DROPPED = '(dropped)';

/**
 * What a generalisation makes of the values of a column. Ranges come before merging, so that ranges can be merged by their names;
 * `unknown` stays itself and last unless it is merged.
 * @throws AppError usage for a value that is not there, given twice, or no number where there are edges
 */
export function recodingOf(
  column: string,
  values: readonly string[],
  { drop = false, edges, merge = {} }: ColumnGeneralisation,
): Recoding {
  if (drop) return { values: [DROPPED], code: values.map(() => 0) };
  const ranged = edges === undefined ? [...values] : values.map((value) => rangeOf(column, value, edges));
  const order = edges === undefined ? values : [...rangeNames(edges), UNKNOWN];
  const mergedInto = new Map<string, string>();
  for (const [name, olds] of Object.entries(merge))
    for (const old of olds) {
      if (!ranged.includes(old) && !order.includes(old)) throw noValue(column, old, order);
      if (mergedInto.has(old)) throw twice(column, old);
      mergedInto.set(old, name);
    }
  const words = ranged.map((value) => mergedInto.get(value) ?? value);
  const merged = [...new Set(order.map((value) => mergedInto.get(value) ?? value))];
  // Ranges without anybody in them are no values; those of classes stay, for they had a code before.
  const present = edges === undefined ? merged : merged.filter((value) => words.includes(value));
  const listed = [
    ...present.filter((value) => value !== UNKNOWN),
    ...present.filter((value) => value === UNKNOWN),
  ];
  const place = new Map(listed.map((value, code) => [value, code]));
  return { values: listed, code: words.map((word) => place.get(word) ?? 0) };
}

/** A column with its values recoded. */
export function recoded<T extends { readonly values: readonly string[]; readonly codes: Int32Array }>(
  column: T,
  { values, code }: Recoding,
): T {
  return { ...column, values, codes: column.codes.map((old) => code[old] ?? 0) };
}

function rangeOf(column: string, value: string, edges: readonly number[]): string {
  checkEdges(column, edges);
  if (value === UNKNOWN) return UNKNOWN;
  const number = numberOf(value);
  if (number === null)
    throw new AppError({
      code: 'usage',
      message: `${column} has the value ${JSON.stringify(value)}, which is no number and falls into no range.`,
      hint: 'Merge its values by name instead.',
    });
  return rangeNames(edges)[edges.filter((edge) => number >= edge).length] ?? UNKNOWN;
}

function noValue(column: string, value: string, values: readonly string[]): AppError {
  return new AppError({
    code: 'usage',
    message: `${column} has no value ${JSON.stringify(value)} to merge.`,
    hint: `It has ${values.slice(0, 20).join(', ')}${values.length > 20 ? ' …' : ''}.`,
  });
}

function twice(column: string, value: string): AppError {
  return new AppError({
    code: 'usage',
    message: `The value ${JSON.stringify(value)} of ${column} is merged into two.`,
    hint: 'Name it once.',
  });
}
