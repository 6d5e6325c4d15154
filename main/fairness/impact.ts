import type { ImpactRow } from '../../preload/contract/vocabulary.ts';
import { countsFrom, tally } from './cells.ts';
import type { Cells } from './cells.ts';
import type { Outcomes } from './outcomes.ts';
import { quantile } from './quantile.ts';

/** Groups with a smaller share of the rows take no part in the highest rate (6 RCNY 5-301). */
export const LEAST_SHARE = 0.02;

/** Impact and scoring ratios of every group (NYC Local Law 144): its rate over the highest rate of a group of the same grouping. */
export function impactRows(outcomes: Outcomes, cells: Cells): readonly ImpactRow[] {
  if (!outcomes.binary) return [];
  const median = outcomes.score === null ? null : quantile(outcomes.score.toSorted(), 0.5);
  return cells.groupings.flatMap((grouping, at) => {
    const first = cells.first[at] ?? 0;
    const rates = grouping.groups.map((_, group) =>
      ratesOf(outcomes, cells.cells[first + group]?.rows, median),
    );
    const shares = grouping.sizes.map((size) => size / outcomes.n);
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
  const { score } = outcomes;
  if (rows === undefined || rows.length === 0) return { selection: null, scoring: null };
  const selection = countsFrom(tally(rows, outcomes), 0, true).selected / rows.length;
  if (score === null || median === null) return { selection, scoring: null };
  let above = 0;
  for (const row of rows) if ((score[row] ?? 0) > median) above++;
  return { selection, scoring: above / rows.length };
}

function over(rate: number | null, highest: number): number | null {
  return rate === null || highest === 0 ? null : rate / highest;
}
