import type {
  GroupAtThreshold,
  ThresholdChoice,
  ThresholdConstraint,
} from '../../preload/contract/vocabulary.ts';
import { rocPoint, selectedBy, type ThresholdCurve } from './thresholdCurve.ts';

/** What wrong decisions cost, and how equal rates have to be. */
export interface ThresholdAim {
  /** Cost of a selected negative, and of a positive that is not selected. */
  readonly falsePositive: number;
  readonly falseNegative: number;
  /** Rates that lie this close together count as equal, 0..1. */
  readonly tolerance: number;
  /** The rate of `fixedSelectionRate`. */
  readonly selectionRate: number;
}

/** One group and its thresholds. */
export interface CurveOfGroup {
  readonly group: string;
  readonly curve: ThresholdCurve;
}

/** Grids of two rates have so many steps a side at most. */
const MOST_STEPS = 40;
/** Of more rates than these, evenly spread ones are tried. */
const MOST_CORNERS = 1000;
/** Rates differ by rounding. */
const NOISE = 1e-12;

/**
 * The cheapest thresholds by group whose constrained rates differ by no more than the tolerance; of rates that few rows keep from meeting it, the
 * nearest. Groups without positives (or negatives) have no such rate: they take the threshold of everybody.
 * @param everybody thresholds of all rows together, of which the cheapest is what `one` takes
 */
export function chooseThresholds(
  constraint: ThresholdConstraint,
  groups: readonly CurveOfGroup[],
  everybody: ThresholdCurve,
  aim: ThresholdAim,
): ThresholdChoice {
  const common = everybody.thresholds[cheapest(costsOf(everybody, aim), () => true)] ?? 0;
  const rated = groups.map(({ curve }) => ratesOf(constraint, curve));
  const picks = constraint === 'one' ? null : pickAll(groups, rated, aim, constraint);
  const chosen = groups.map(({ curve }, index) => {
    const pick = picks?.[index] ?? null;
    return pick === null ? common : (curve.thresholds[pick] ?? common);
  });
  return summary(constraint, groups, chosen, aim);
}

/** The constrained rates of each threshold, one or two; null where the group has none. */
function ratesOf(
  constraint: ThresholdConstraint,
  curve: ThresholdCurve,
): readonly (readonly number[])[] | null {
  const points = curve.thresholds.map((threshold) => rocPoint(curve, threshold));
  const rates = points.map((point) =>
    constraint === 'equalOpportunity'
      ? [point.truePositiveRate]
      : constraint === 'equalizedOdds'
        ? [point.truePositiveRate, point.falsePositiveRate]
        : [point.selectionRate],
  );
  return rates.every((rate) => rate.every((one) => one !== null)) ? (rates as number[][]) : null;
}

/** For each group the place of its threshold; null for groups that the constraint does not concern. */
function pickAll(
  groups: readonly CurveOfGroup[],
  rated: readonly (readonly (readonly number[])[] | null)[],
  aim: ThresholdAim,
  constraint: ThresholdConstraint,
): readonly (number | null)[] | null {
  const costs = groups.map(({ curve }) => costsOf(curve, aim));
  const corners =
    constraint === 'fixedSelectionRate' ? [[aim.selectionRate - aim.tolerance / 2]] : cornersOf(rated);
  let best: { readonly picks: readonly (number | null)[]; readonly cost: number } | null = null;
  for (const corner of corners) {
    const picks = rated.map((rates, index) =>
      rates === null ? null : pickIn(rates, costs[index] ?? [], corner, aim.tolerance),
    );
    if (constraint !== 'fixedSelectionRate' && picks.some((pick, at) => pick === null && rated[at] !== null))
      continue;
    const cost = picks.reduce<number>(
      (sum, pick, at) => sum + (pick === null ? 0 : (costs[at]?.[pick] ?? 0)),
      0,
    );
    if (best === null || cost < best.cost - NOISE) best = { picks, cost };
  }
  if (constraint !== 'fixedSelectionRate' || best === null) return best?.picks ?? null;
  return best.picks.map((pick, at) => pick ?? nearest(rated[at] ?? null, aim.selectionRate));
}

/**
 * Lower corners of the boxes that all groups' rates have to lie in. The lowest rate of any solution is the rate of one of the groups, so that
 * the boxes that begin at one are all that need trying; of two rates at once a grid of them.
 */
function cornersOf(
  rated: readonly (readonly (readonly number[])[] | null)[],
): readonly (readonly number[])[] {
  const all = rated.flatMap((rates) => rates ?? []);
  const sides = (all[0] ?? []).map((_, side) =>
    [...new Set(all.map((rate) => rate[side] ?? 0))].sort((a, b) => a - b),
  );
  const [first = [], second] = sides;
  if (second === undefined) return thinned(first, MOST_CORNERS).map((rate) => [rate]);
  return thinned(first, MOST_STEPS).flatMap((a) => thinned(second, MOST_STEPS).map((b) => [a, b]));
}

function thinned(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  const at = (step: number): number => Math.round((step * (values.length - 1)) / (most - 1));
  return Array.from({ length: most }, (_, step) => values[at(step)] ?? 0);
}

/** The cheapest threshold whose rates lie in the box; null if none does. */
function pickIn(
  rates: readonly (readonly number[])[],
  costs: readonly number[],
  corner: readonly number[],
  tolerance: number,
): number | null {
  const inside = (at: number): boolean =>
    (rates[at] ?? []).every((rate, side) => rate >= (corner[side] ?? 0) - NOISE && rate <= (corner[side] ?? 0) + tolerance + NOISE); // prettier-ignore
  const at = cheapest(costs, inside);
  return at === -1 ? null : at;
}

function nearest(rates: readonly (readonly number[])[] | null, wanted: number): number | null {
  if (rates === null) return null;
  const distance = rates.map(([rate = 0]) => Math.abs(rate - wanted));
  return cheapest(distance, () => true);
}

/** Place of the smallest value among those that pass; the first of equals; -1 without any. */
function cheapest(values: readonly number[], passes: (at: number) => boolean): number {
  let best = -1;
  for (let at = 0; at < values.length; at++) {
    if (passes(at) && (best === -1 || (values[at] ?? 0) < (values[best] ?? 0) - NOISE)) best = at;
  }
  return best;
}

/** Cost of all rows of a group at each threshold. */
function costsOf(curve: ThresholdCurve, aim: ThresholdAim): readonly number[] {
  return curve.thresholds.map((_, at) => {
    const hits = curve.truePositives[at] ?? 0;
    return (
      aim.falsePositive * ((curve.selected[at] ?? 0) - hits) + aim.falseNegative * (curve.positives - hits)
    );
  });
}

function summary(
  constraint: ThresholdConstraint,
  groups: readonly CurveOfGroup[],
  thresholds: readonly number[],
  aim: ThresholdAim,
): ThresholdChoice {
  const rows = groups.map(({ group, curve }, index): GroupAtThreshold => {
    const threshold = thresholds[index] ?? 0;
    const { selected, truePositives } = selectedBy(curve, threshold);
    const wrong = [selected - truePositives, curve.positives - truePositives] as const;
    return {
      group,
      n: curve.n,
      ...rocPoint(curve, threshold),
      accuracy: 1 - (wrong[0] + wrong[1]) / curve.n,
      cost: (aim.falsePositive * wrong[0] + aim.falseNegative * wrong[1]) / curve.n,
    };
  });
  const mean = (of: (row: GroupAtThreshold) => number): number =>
    rows.reduce((sum, row) => sum + of(row) * row.n, 0) / rows.reduce((sum, row) => sum + row.n, 0);
  const gaps = {
    selectionRate: gapOf(rows.map((row) => row.selectionRate)),
    truePositiveRate: gapOf(rows.map((row) => row.truePositiveRate)),
    falsePositiveRate: gapOf(rows.map((row) => row.falsePositiveRate)),
  };
  return {
    constraint,
    groups: rows,
    cost: mean((row) => row.cost),
    accuracy: mean((row) => row.accuracy),
    selectionRate: mean((row) => row.selectionRate),
    gaps,
    held: heldBy(constraint, gaps, aim.tolerance),
  };
}

function gapOf(rates: readonly (number | null)[]): number | null {
  const known = rates.filter((rate) => rate !== null);
  return known.length < 2 ? null : Math.max(...known) - Math.min(...known);
}

function heldBy(constraint: ThresholdConstraint, gaps: ThresholdChoice['gaps'], tolerance: number): boolean {
  const within = (gap: number | null): boolean => gap === null || gap <= tolerance + NOISE;
  if (constraint === 'one') return true;
  if (constraint === 'equalOpportunity') return within(gaps.truePositiveRate);
  if (constraint === 'equalizedOdds') return within(gaps.truePositiveRate) && within(gaps.falsePositiveRate);
  return within(gaps.selectionRate);
}
