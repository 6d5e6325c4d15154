import type { ClassValue, GroupValue } from '../../../preload/contract/vocabulary.ts';
import type { GroupColumn } from '../../core/datasetFiles.ts';

/** Share of right predictions, or null without any. */
export function accuracyOf(predicted: Int32Array, truth: Int32Array): number | null {
  if (truth.length === 0) return null;
  let right = 0;
  for (let i = 0; i < truth.length; i++) if (predicted[i] === truth[i]) right++;
  return right / truth.length;
}

/** Accuracy within every value of every sensitive feature; null for a group without samples. */
export function accuracyByGroup(
  predicted: Int32Array,
  truth: Int32Array,
  groups: readonly GroupColumn[],
): readonly GroupValue[] {
  return groups.flatMap(({ feature, values, codes }) =>
    values.map((group, code) => {
      const rows = Array.from(truth.keys()).filter((row) => codes[row] === code);
      const pick = (from: Int32Array): Int32Array => Int32Array.from(rows, (row) => from[row] as number);
      return { feature, group, n: rows.length, value: accuracyOf(pick(predicted), pick(truth)) };
    }),
  );
}

/** Accuracy within every class, which is the share of it that is recognised; null for a class without samples. */
export function accuracyByClass(
  predicted: Int32Array,
  truth: Int32Array,
  classes: readonly string[],
): readonly ClassValue[] {
  return classes.map((name, code) => {
    const rows = Array.from(truth.keys()).filter((row) => truth[row] === code);
    const right = rows.filter((row) => predicted[row] === code).length;
    return { class: name, n: rows.length, value: rows.length === 0 ? null : right / rows.length };
  });
}

/** Smallest group a worst-group value may rest on: below it one sample moves the value by more than three points. */
const SUPPORT = 30;

/** The lowest accuracy among groups of at least 30 samples, or null if there is none. */
export function worstGroup(groups: readonly GroupValue[]): number | null {
  const values = groups.flatMap(({ n, value }) => (n >= SUPPORT && value !== null ? [value] : []));
  return values.length === 0 ? null : Math.min(...values);
}

/** The group columns of some rows of the split, given as positions within it. */
export function groupsOfRows(groups: readonly GroupColumn[], rows: Uint32Array): readonly GroupColumn[] {
  return groups.map((column) => ({
    ...column,
    codes: Int16Array.from(rows, (row) => column.codes[row] as number),
  }));
}
