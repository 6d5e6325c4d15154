import { defined, middle, shuffleP } from '../fairness/draws.ts';
import { quantile } from '../fairness/quantile.ts';
import type { DisparityKind, SpreadRelation } from '../fairness/spread.ts';
import { seriesAt } from './nullPlan.ts';
import type { NullPlan } from './nullPlan.ts';
import type { NullRounds } from './nullRounds.ts';

/** What a disparity looks like when groups are shuffled. */
export interface Null {
  readonly range: readonly [number, number] | null;
  readonly p: number | null;
  /** What only 1 of 20 shuffles passes (of a ratio: falls below). */
  readonly beyond: number | null;
}

/** The null of every disparity of one model and grouping. */
export type Nulls = (
  model: number,
  grouping: number,
  id: string,
  kind: DisparityKind,
  relation: SpreadRelation,
  value: number | null,
) => Null;

const NONE: Null = { range: null, p: null, beyond: null };

/** Puts the shuffles of a plan, however they were divided, together. */
export function nullsOf(plan: NullPlan, parts: readonly NullRounds[]): Nulls {
  return (model, grouping, id, kind, relation, value) => {
    const disparity = plan.disparities.indexOf(id);
    if (value === null || disparity < 0) return NONE;
    const series = seriesAt(plan, model, grouping, disparity, kind, relation);
    const draws = new Float64Array(plan.draws).fill(NaN);
    for (const { from, to, values } of parts)
      draws.set(values.subarray(series * (to - from), (series + 1) * (to - from)), from);
    return summarise(draws, kind, value);
  };
}

function summarise(draws: Float64Array, kind: DisparityKind, value: number): Null {
  const sorted = defined(draws);
  if (sorted.length === 0) return NONE;
  // Shuffled values that equal the observed one must count as equal whatever the order of their sums.
  const slack = 1e-12;
  const extreme = sorted.filter((one) =>
    kind === 'difference' ? one >= value - slack : one <= value + slack,
  ).length;
  return {
    range: middle(sorted),
    p: shuffleP(extreme, sorted.length),
    beyond: quantile(sorted, kind === 'difference' ? 0.95 : 0.05),
  };
}
