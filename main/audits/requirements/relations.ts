import type { CheckFinding } from '../../../preload/contract/vocabulary.ts';
import { UNKNOWN, type CheckTable, type Coded } from './checkTable.ts';

/** Cramér's V from which two features are called entangled: between Cohen's small (.1) and medium (.3) effect. */
export const NOTABLE_V = 0.2;

/**
 * Cramér's V of two columns of codes, 0 (independent) to 1, over rows where both are known, with Bergsma's correction of 2013 for
 * its bias in small tables; null where one of them has a single value.
 */
export function cramersV(a: Coded, b: Coded): number | null {
  const table = crossed(a, b);
  const n = table.flat().reduce((sum, count) => sum + count, 0);
  const rows = table.map((row) => row.reduce((sum, count) => sum + count, 0));
  const columns = b.values.map((_, at) => table.reduce((sum, row) => sum + (row[at] ?? 0), 0));
  const r = rows.filter((count) => count > 0).length;
  const k = columns.filter((count) => count > 0).length;
  if (n < 2 || r < 2 || k < 2) return null;
  let chi2 = 0;
  table.forEach((row, i) =>
    row.forEach((count, j) => {
      const expected = ((rows[i] ?? 0) * (columns[j] ?? 0)) / n;
      if (expected > 0) chi2 += (count - expected) ** 2 / expected;
    }),
  );
  const phi2 = Math.max(0, chi2 / n - ((r - 1) * (k - 1)) / (n - 1));
  const corrected = Math.min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1;
  return corrected > 0 ? Math.sqrt(phi2 / corrected) : null;
}

function crossed(a: Coded, b: Coded): readonly (readonly number[])[] {
  const [noA, noB] = [a.values.indexOf(UNKNOWN), b.values.indexOf(UNKNOWN)];
  const counts = a.values.map(() => b.values.map(() => 0));
  a.codes.forEach((code, row) => {
    const other = b.codes[row] ?? -1;
    const line = counts[code];
    if (line && code !== noA && other !== noB) line[other] = (line[other] ?? 0) + 1;
  });
  return counts;
}

/** Pairs of sensitive features that go together: a difference by one may be one by the other. */
export function confounders({ sensitive }: CheckTable): readonly CheckFinding[] {
  return sensitive.flatMap((a, at) =>
    sensitive.slice(at + 1).map((b) => {
      const value = cramersV(a, b);
      const notable = value !== null && value >= NOTABLE_V;
      return {
        ...{ kind: 'confounder', severity: notable ? 'warning' : 'info', about: `${a.name}, ${b.name}` },
        ...{ measure: "Cramér's V", value, low: null, high: null },
        finding: notable
          ? `${a.name} and ${b.name} go together: a difference by one may be a difference by the other.`
          : `${a.name} and ${b.name} hardly go together.`,
        advice: notable
          ? `Stratify: compare groups of ${a.name} within each value of ${b.name}, by their intersections.`
          : '',
      } as const;
    }),
  );
}
