/** Counts of rows by two partitions, with their margins. */
interface Contingency {
  readonly n: number;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** [row][column] */
  readonly cells: readonly (readonly number[])[];
}

function contingency(first: ArrayLike<number>, second: ArrayLike<number>): Contingency {
  const codes = (labels: ArrayLike<number>): Map<number, number> =>
    new Map([...new Set(Array.from(labels))].sort((a, b) => a - b).map((label, code) => [label, code]));
  const [left, right] = [codes(first), codes(second)];
  const cells = Array.from({ length: left.size }, () => new Array<number>(right.size).fill(0));
  for (let at = 0; at < first.length; at++) {
    const row = cells[left.get(first[at] as number) ?? 0] as number[];
    const column = right.get(second[at] as number) ?? 0;
    row[column] = (row[column] ?? 0) + 1;
  }
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const columns = Array.from({ length: right.size }, (_, column) =>
    total(cells.map((row) => row[column] ?? 0)),
  );
  return { n: first.length, rows: cells.map(total), columns, cells };
}

/** Mutual information of two partitions in nats. */
function mutualInformation({ n, rows, columns, cells }: Contingency): number {
  let information = 0;
  cells.forEach((row, i) =>
    row.forEach((count, j) => {
      if (count > 0)
        information += (count / n) * Math.log((n * count) / ((rows[i] ?? 1) * (columns[j] ?? 1)));
    }),
  );
  return Math.max(0, information);
}

function entropy(n: number, counts: readonly number[]): number {
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / n) * Math.log(count / n)), 0);
}

/** log of 0! .. n! */
function logFactorials(n: number): Float64Array {
  const result = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) result[k] = (result[k - 1] as number) + Math.log(k);
  return result;
}

/** Mutual information to be expected of two partitions with these margins drawn at random (hypergeometric model; Vinh et al. 2010, eq. 24a). */
function expectedInformation({ n, rows, columns }: Contingency): number {
  const log = logFactorials(n);
  const f = (k: number): number => log[k] as number;
  let expected = 0;
  for (const a of rows)
    for (const b of columns) {
      const margins = f(a) + f(b) + f(n - a) + f(n - b) - f(n);
      for (let count = Math.max(1, a + b - n); count <= Math.min(a, b); count++) {
        const probability = Math.exp(margins - f(count) - f(a - count) - f(b - count) - f(n - a - b + count));
        expected += (count / n) * Math.log((n * count) / (a * b)) * probability;
      }
    }
  return expected;
}

/** How well two partitions of the same rows agree. */
export interface Agreement {
  /** Adjusted for chance: 0 is what random partitions reach, 1 is the same partition. */
  readonly adjusted: number;
  /** Normalised by the mean of both entropies, not adjusted for chance. */
  readonly normalised: number;
}

/**
 * Adjusted and normalised mutual information with the arithmetic mean of entropies (Vinh, Epps, Bailey, JMLR 2010), as scikit-learn's
 * `adjusted_mutual_info_score` and `normalized_mutual_info_score`. Null without rows.
 */
export function agreementOf(first: ArrayLike<number>, second: ArrayLike<number>): Agreement | null {
  if (first.length === 0 || first.length !== second.length) return null;
  const table = contingency(first, second);
  const { rows, columns, n } = table;
  // One cluster on both sides, or each row its own on both: the same partition, in which nothing can differ.
  const trivial = rows.length === columns.length && (rows.length === 1 || rows.length === n);
  if (trivial) return { adjusted: 1, normalised: 1 };
  const information = mutualInformation(table);
  const mean = (entropy(n, rows) + entropy(n, columns)) / 2;
  const expected = expectedInformation(table);
  // Kept away from 0 with its sign, as scikit-learn does, where chance explains everything.
  const gap = mean - expected;
  const divisor = gap < 0 ? Math.min(gap, -Number.EPSILON) : Math.max(gap, Number.EPSILON);
  return {
    adjusted: (information - expected) / divisor,
    normalised: information === 0 ? 0 : information / Math.max(mean, Number.EPSILON),
  };
}
