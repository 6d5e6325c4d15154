import type { DisparityDefinition } from './disparities.ts';

/** One metric of every group, and of everybody; null where undefined. */
export interface GroupValues {
  readonly groups: readonly (number | null)[];
  readonly overall: number | null;
}

export type DisparityKind = 'difference' | 'ratio';
export type SpreadRelation = 'betweenGroups' | 'overall';

/** How far apart values are, and the groups (by index) that make it so; null where everybody is the other side. */
export interface Spread {
  readonly value: number | null;
  readonly max: number | null;
  readonly min: number | null;
  /** Why there is no value; null if there is one. */
  readonly lack: SpreadLack | null;
  /** Index of the metric that the spread is of. */
  readonly metric: number;
}

/** Fewer than two sides (groups; or a group and everybody) have a value; or both are 0, which has no ratio. */
export type SpreadLack = 'tooFew' | 'allZero';

/** A disparity's value: the worst over its metrics, or their mean. */
export function disparitySpread(
  definition: Pick<DisparityDefinition, 'combine'>,
  kind: DisparityKind,
  relation: SpreadRelation,
  perMetric: readonly GroupValues[],
): Spread {
  const spreads = perMetric.map((values, metric) => ({ ...spread(kind, relation, values), metric }));
  const worst = spreads.reduce((a, b) => (isWorse(kind, b.value, a.value) ? b : a));
  const lacking = spreads.find((one) => one.value === null);
  if (lacking) return lacking;
  if (definition.combine === 'worst') return worst;
  return { ...worst, value: spreads.reduce((sum, one) => sum + (one.value ?? 0), 0) / spreads.length };
}

/** Difference: largest distance. Ratio: smaller over larger, at most 1; undefined if the larger is 0. */
export function spread(
  kind: DisparityKind,
  relation: SpreadRelation,
  values: GroupValues,
): Omit<Spread, 'metric'> {
  return relation === 'overall' ? toOverall(kind, values) : betweenGroups(kind, values.groups);
}

function betweenGroups(kind: DisparityKind, groups: readonly (number | null)[]): Omit<Spread, 'metric'> {
  let max = -1;
  let min = -1;
  let high = -Infinity;
  let low = Infinity;
  let known = 0;
  for (let group = 0; group < groups.length; group++) {
    const value = groups[group];
    if (value === null || value === undefined) continue;
    known++;
    if (value > high) [high, max] = [value, group];
    if (value < low) [low, min] = [value, group];
  }
  if (known < 2) return NO_SPREAD;
  if (kind === 'difference') return { value: high - low, max, min, lack: null };
  return high === 0 ? ALL_ZERO : { value: low / high, max, min, lack: null };
}

function toOverall(kind: DisparityKind, { groups, overall }: GroupValues): Omit<Spread, 'metric'> {
  let worst: Omit<Spread, 'metric'> = NO_SPREAD;
  if (overall === null) return worst;
  for (let group = 0; group < groups.length; group++) {
    const value = groups[group];
    if (value === null || value === undefined) continue;
    const distance = distanceOf(kind, value, overall);
    if (distance === null) {
      if (worst.value === null) worst = ALL_ZERO;
      continue;
    }
    if (worst.value !== null && !isWorse(kind, distance, worst.value)) continue;
    const [max, min] = [value > overall ? group : null, value < overall ? group : null];
    worst = { value: distance, max, min, lack: null };
  }
  return worst;
}

const NO_SPREAD = { value: null, max: null, min: null, lack: 'tooFew' } as const;
const ALL_ZERO = { value: null, max: null, min: null, lack: 'allZero' } as const;

function distanceOf(kind: DisparityKind, a: number, b: number): number | null {
  if (kind === 'difference') return Math.abs(a - b);
  const larger = Math.max(a, b);
  return larger === 0 ? null : Math.min(a, b) / larger;
}

function isWorse(kind: DisparityKind, a: number | null, b: number | null): boolean {
  if (a === null || b === null) return b === null && a !== null;
  return kind === 'difference' ? a > b : a < b;
}
