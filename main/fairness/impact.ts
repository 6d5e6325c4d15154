import type { ImpactRow } from '../../preload/contract/vocabulary.ts';
import { allRows, byScore, countsFrom, tally } from './cells.ts';
import type { Cells } from './cells.ts';
import type { Outcomes } from './outcomes.ts';
import { quantile } from './quantile.ts';

/** Groups with a smaller share of the rows take no part in the highest rate (6 RCNY 5-301). */
export const LEAST_SHARE = 0.02;

/** Impact and scoring ratios of every group (NYC Local Law 144): its rate over the highest rate of a group of the same grouping. */
export function impactRows(outcomes: Outcomes, cells: Cells): readonly ImpactRow[] {
  if (!outcomes.binary) return [];
  const median = outcomes.score === null ? null : medianOf(outcomes.score, outcomes.weights ?? null);
  return cells.groupings.flatMap((grouping, at) => {
    const first = cells.first[at] ?? 0;
    const rates = grouping.groups.map((_, group) =>
      ratesOf(outcomes, cells.cells[first + group]?.rows, median),
    );
    const shares = sharesOf(outcomes, grouping);
    const highest = (side: 'selection' | 'scoring'): number =>
      rates.reduce(
        (most, one, group) => ((shares[group] ?? 0) < LEAST_SHARE ? most : Math.max(most, one[side] ?? 0)),
        0,
      );
    const [selection, scoring] = [highest('selection'), highest('scoring')];
    return grouping.groups.map((group, index) => ({
      features: grouping.features,
      group,
      n: grouping.sizes[index] ?? 0,
      share: shares[index] ?? 0,
      selectionRate: rates[index]?.selection ?? null,
      impactRatio: over(rates[index]?.selection ?? null, selection),
      scoringRate: rates[index]?.scoring ?? null,
      scoringRatio: over(rates[index]?.scoring ?? null, scoring),
    }));
  });
}

interface Rates {
  readonly selection: number | null;
  readonly scoring: number | null;
}

function ratesOf(outcomes: Outcomes, rows: Int32Array | undefined, median: number | null): Rates {
  const { score, weights } = outcomes;
  if (rows === undefined) return { selection: null, scoring: null };
  const { n, selected } = countsFrom(tally(rows, outcomes), 0, true);
  if (n === 0) return { selection: null, scoring: null };
  const selection = selected / n;
  if (score === null || median === null) return { selection, scoring: null };
  let above = 0;
  for (const row of rows) if ((score[row] ?? 0) > median) above += weights == null ? 1 : (weights[row] ?? 0);
  return { selection, scoring: above / n };
}

/** Share of each group in all rows, by weight. */
function sharesOf({ n, weights }: Outcomes, { of, sizes }: Cells['groupings'][number]): readonly number[] {
  if (weights == null) return sizes.map((size) => size / n);
  const sums = new Float64Array(sizes.length);
  let total = 0;
  of.forEach((group, row) => {
    sums[group] = (sums[group] ?? 0) + (weights[row] ?? 0);
    total += weights[row] ?? 0;
  });
  return Array.from(sums, (sum) => sum / total);
}

/** The median; with weights the least score that half of the weight does not pass. */
function medianOf(score: Float64Array, weights: Float64Array | null): number | null {
  if (weights === null) return quantile(score.toSorted(), 0.5);
  const order = byScore(allRows(score.length), score);
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let passed = 0;
  for (const row of order) {
    passed += weights[row] ?? 0;
    if (passed >= half) return score[row] ?? null;
  }
  return null;
}

function over(rate: number | null, highest: number): number | null {
  return rate === null || highest === 0 ? null : rate / highest;
}
