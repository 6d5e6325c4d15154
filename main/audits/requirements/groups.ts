import { UNKNOWN, type CheckTable, type Coded } from './checkTable.ts';

/** The rows of one value of a feature, or of one combination of the values of two. */
export interface RowGroup {
  readonly features: readonly string[];
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
      : [{ features: [feature.name], name: `${feature.name} ${value}`, rows: rows[code] ?? [] }],
  );
}

/** Groups of every pair of features. */
export function pairsOf({ sensitive }: CheckTable): readonly RowGroup[] {
  return sensitive.flatMap((a, at) =>
    sensitive.slice(at + 1).flatMap((b) =>
      groupsOf(a).flatMap((left) =>
        groupsOf(b).map((right) => {
          const within = new Set(right.rows);
          return {
            features: [a.name, b.name],
            name: `${left.name}, ${right.name}`,
            rows: left.rows.filter((row) => within.has(row)),
          };
        }),
      ),
    ),
  );
}
