import { UNKNOWN, type CheckTable, type Coded } from './checkTable.ts';

/** The rows of one value of a feature, or of one combination of the values of two. */
export interface RowGroup {
  readonly features: readonly string[];
  /** One value for each of the features. */
  readonly values: readonly string[];
  readonly name: string;
  readonly rows: readonly number[];
}

/** Groups of one feature by its values; without the unknown one. */
export function groupsOf(feature: Coded): readonly RowGroup[] {
  const rows: number[][] = feature.values.map(() => []);
  feature.codes.forEach((code, row) => rows[code]?.push(row));
  return feature.values.flatMap((value, code) =>
    value === UNKNOWN
      ? []
      : [
          {
            features: [feature.name],
            values: [value],
            name: `${feature.name} ${value}`,
            rows: rows[code] ?? [],
          },
        ],
  );
}

/** Groups of every pair of features. */
export function pairsOf({ sensitive }: CheckTable): readonly RowGroup[] {
  return sensitive.flatMap((a, at) => sensitive.slice(at + 1).flatMap((b) => pairOf(a, b)));
}

/** One pass over the rows, whatever the number of values. */
function pairOf(a: Coded, b: Coded): readonly RowGroup[] {
  const width = b.values.length;
  const rows: number[][] = Array.from({ length: a.values.length * width }, () => []);
  a.codes.forEach((code, row) => rows[code * width + (b.codes[row] ?? 0)]?.push(row));
  return a.values.flatMap((left, i) =>
    b.values.flatMap(
      (right, j) =>
      left === UNKNOWN || right === UNKNOWN
        ? []
        : [{ features: [a.name, b.name], values: [left, right], name: `${a.name} ${left}, ${b.name} ${right}`, rows: rows[i * width + j] ?? [] }], // prettier-ignore
    ),
  );
}
