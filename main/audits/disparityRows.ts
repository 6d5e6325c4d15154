import type { Disparity } from '../../preload/contract/vocabulary.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import { detectableSpread } from '../fairness/detectable.ts';
import { deviation } from '../fairness/deviation.ts';
import type { DisparityDefinition } from '../fairness/disparities.ts';
import { defined, differenceOf, ratioOf } from '../fairness/draws.ts';
import { groupName } from '../fairness/groups.ts';
import type { Grouping } from '../fairness/groups.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import { simultaneousIntervals } from '../fairness/simultaneous.ts';
import { disparitySpread } from '../fairness/spread.ts';
import type { DisparityKind, Spread, SpreadRelation } from '../fairness/spread.ts';
import type { Interval } from '../fairness/wilson.ts';
import type { Assessment } from './assessment.ts';
import { combined, drawnOf, lackIn, standardErrorOf, tested, unsupported, without } from './estimates.ts';
import type { Drawn } from './estimates.ts';
import { combinedContrast } from './combinedContrast.ts';
import { kindsOf, RELATIONS } from './nullPlan.ts';
import type { Nulls } from './nulls.ts';

/** Why the largest difference has no interval. */
export const NO_INTERVAL = 'no ordinary interval: the most distant groups are picked after looking';

/** Every disparity of one model: between groups, to overall, and of every group to the reference. */
export function disparitiesOfModel(
  assessment: Assessment,
  replicates: Replicates,
  nulls: Nulls,
  model: number,
): readonly Disparity[] {
  return assessment.cells.groupings.flatMap((grouping, at) => [
    ...spreads(assessment, replicates, nulls, model, grouping, at),
    ...contrasts(assessment, replicates, model, grouping, at),
  ]);
}

function spreads(
  assessment: Assessment,
  replicates: Replicates,
  nulls: Nulls,
  model: number,
  grouping: Grouping,
  at: number,
): readonly Disparity[] {
  return assessment.disparities.flatMap((entry) =>
    RELATIONS.flatMap((relation) =>
      kindsOf(entry).map((kind) =>
        spreadRow(assessment, replicates, nulls, { model, grouping, at, entry, relation, kind }),
      ),
    ),
  );
}

interface SpreadPlace {
  readonly model: number;
  readonly grouping: Grouping;
  readonly at: number;
  readonly entry: DisparityDefinition;
  readonly relation: SpreadRelation;
  readonly kind: DisparityKind;
}

function spreadRow(
  assessment: Assessment,
  replicates: Replicates,
  nulls: Nulls,
  place: SpreadPlace,
): Disparity {
  const { model, grouping, at, entry, relation, kind } = place;
  const found = spreadOf(assessment, model, at, entry, kind, relation);
  const { range, p, beyond } = nulls(model, at, entry.id, kind, relation, found.value);
  return {
    ...without(found.value, spreadReason(assessment, place, found)),
    ...(kind === 'ratio' || p === null || p <= 0.05
      ? {}
      : { detectable: detectableSpread(beyond, spreadError(assessment, replicates, place, found)) }),
    id: entry.id,
    kind,
    metric: entry.metrics[found.metric] ?? '',
    features: grouping.features,
    relativeTo: relation,
    // Where all groups are equal none is the highest.
    max: found.max === null || found.max === found.min ? null : (grouping.groups[found.max] ?? null),
    min: found.min === null || found.max === found.min ? null : (grouping.groups[found.min] ?? null),
    p,
    nullRange: range,
  };
}

/** Standard error of the difference of the two sides that a spread lies between. */
function spreadError(
  assessment: Assessment,
  replicates: Replicates,
  { model, at, entry }: SpreadPlace,
  { max, min, metric: index }: Spread,
): number | null {
  const first = assessment.cells.first[at] ?? 0;
  const metric = metricById(entry.metrics[index] ?? '');
  const [a, b] = [max, min].map((group) =>
    replicates.values(model, group === null ? 0 : first + group, metric),
  );
  return a && b ? deviation(defined(differenceOf(a, b))) : null;
}

/** A disparity's point value over the groups of one grouping. */
export function spreadOf(
  assessment: Assessment,
  model: number,
  grouping: number,
  entry: DisparityDefinition,
  kind: DisparityKind,
  relation: SpreadRelation,
): Spread {
  const frame = assessment.frames[model] ?? [];
  const first = assessment.cells.first[grouping] ?? 0;
  const size = assessment.cells.groupings[grouping]?.groups.length ?? 0;
  const rows = frame.slice(first, first + size);
  const perMetric = entry.metrics.map((metric) => ({
    groups: rows.map((row) => row.values[metric] ?? null),
    overall: frame[0]?.values[metric] ?? null,
  }));
  return disparitySpread(entry, kind, relation, perMetric);
}

function spreadReason(assessment: Assessment, place: SpreadPlace, found: Spread): string {
  const { model, grouping, at, entry, relation } = place;
  if (found.value === null) {
    if (found.lack === 'allZero') return 'every group is at 0';
    return relation === 'overall' ? 'no group has a value' : 'fewer than two groups have a value';
  }
  const metric = metricById(entry.metrics[found.metric] ?? '');
  const first = assessment.cells.first[at] ?? 0;
  for (const group of [found.max, found.min]) {
    if (group === null) continue;
    const lack = lackIn(assessment, [model], first + group, metric);
    if (lack !== null) return `${lack} for ${groupName(grouping.groups[group] ?? {})}; ${NO_INTERVAL}`;
  }
  return NO_INTERVAL;
}

function contrasts(
  assessment: Assessment,
  replicates: Replicates,
  model: number,
  grouping: Grouping,
  at: number,
): readonly Disparity[] {
  const reference = assessment.references[at] ?? 0;
  const single = assessment.disparities.filter((entry) => entry.metrics.length === 1);
  const others = grouping.groups.flatMap((_, group) => (group === reference ? [] : [group]));
  const several = assessment.disparities.filter((entry) => entry.metrics.length > 1);
  const combined = several.flatMap((entry) =>
    others.flatMap((group) =>
      kindsOf(entry).map((kind) =>
        combinedContrast(assessment, replicates, { model, at, entry, kind, group, reference }),
      ),
    ),
  );
  const own = single.flatMap((entry) => {
    const together = simultaneous(assessment, replicates, { model, at, entry, reference }, others);
    return others.flatMap((group, index) =>
      kindsOf(entry).map((kind) => {
        const row = contrast(assessment, replicates, { model, at, entry, kind, group, reference });
        return kind === 'ratio' || row.low === null ? row : { ...row, simultaneous: together[index] ?? null };
      }),
    );
  });
  return [...own, ...combined];
}

/** Intervals of the differences of all groups from the reference that hold together, of the groups that have enough behind them. */
function simultaneous(
  assessment: Assessment,
  replicates: Replicates,
  place: Omit<ContrastPlace, 'kind' | 'group'>,
  groups: readonly number[],
): readonly (Interval | null)[] {
  const { model, at, entry, reference } = place;
  const first = assessment.cells.first[at] ?? 0;
  const metric = metricById(entry.metrics[0] ?? '');
  const valueOf = (cell: number): number | null =>
    lackIn(assessment, [model], first + cell, metric) === null
      ? (assessment.frames[model]?.[first + cell]?.values[metric.id] ?? null)
      : null;
  const base = valueOf(reference);
  const chosen = groups.flatMap((group, index) => {
    const value = valueOf(group);
    if (value === null || base === null) return [];
    const { draws, subjects } = contrastDraws(assessment, replicates, {
      ...place,
      kind: 'difference',
      group,
    });
    return [{ index, value: value - base, draws, subjects }];
  });
  const intervals: (Interval | null)[] = groups.map(() => null);
  simultaneousIntervals(chosen).forEach((interval, at) => (intervals[chosen[at]?.index ?? -1] = interval));
  return intervals;
}

/** One group against another in one metric. */
export interface ContrastPlace {
  readonly model: number;
  /** Index of the grouping. */
  readonly at: number;
  readonly entry: DisparityDefinition;
  readonly kind: DisparityKind;
  /** Indices of the groups. */
  readonly group: number;
  readonly reference: number;
}

/** metric(group) - metric(reference), or their ratio, with its bootstrap interval. */
export function contrast(assessment: Assessment, replicates: Replicates, place: ContrastPlace): Disparity {
  const { model, at, entry, kind, group, reference } = place;
  const grouping = assessment.cells.groupings[at];
  const first = assessment.cells.first[at] ?? 0;
  const metric = metricById(entry.metrics[0] ?? '');
  const a = assessment.frames[model]?.[first + group]?.values[metric.id] ?? null;
  const b = assessment.frames[model]?.[first + reference]?.values[metric.id] ?? null;
  const value = compare(kind, a, b);
  const groupKey = grouping?.groups[group] ?? {};
  const referenceKey = grouping?.groups[reference] ?? {};
  const facts = {
    id: entry.id,
    kind,
    metric: metric.id,
    features: grouping?.features ?? [],
    relativeTo: 'reference' as const,
    group: groupKey,
    reference: referenceKey,
    max: a === null || b === null ? null : a >= b ? groupKey : referenceKey,
    min: a === null || b === null ? null : a >= b ? referenceKey : groupKey,
  };
  if (value === null) return { ...without(null, compareReason(a, b)), ...facts, p: null };
  for (const cell of [group, reference]) {
    const lack = lackIn(assessment, [model], first + cell, metric);
    if (lack !== null)
      return {
        ...unsupported(
          value,
          `${lack} for ${groupName(grouping?.groups[cell] ?? {})}`,
          kind === 'ratio' ? [null] : contrastErrors(assessment, replicates, place),
        ),
        ...facts,
        p: null,
      };
  }
  const drawn = contrastDraws(assessment, replicates, place);
  return { ...tested(value, drawn, kind === 'difference' ? 0 : 1), ...facts };
}

/** Standard errors of the two sides of a contrast. */
export function contrastErrors(
  assessment: Assessment,
  replicates: Replicates,
  { model, at, entry, group, reference }: ContrastPlace,
): readonly (number | null)[] {
  const first = assessment.cells.first[at] ?? 0;
  const metric = metricById(entry.metrics[0] ?? '');
  return [group, reference].map((cell) =>
    standardErrorOf(assessment, replicates, model, first + cell, metric),
  );
}

/** Bootstrap draws of a contrast. */
export function contrastDraws(
  assessment: Assessment,
  replicates: Replicates,
  { model, at, entry, kind, group, reference }: ContrastPlace,
): Drawn {
  const first = assessment.cells.first[at] ?? 0;
  const metric = metricById(entry.metrics[0] ?? '');
  const a = drawnOf(assessment, replicates, model, first + group, metric);
  const b = drawnOf(assessment, replicates, model, first + reference, metric);
  return combined(a, b, kind === 'difference' ? differenceOf : ratioOf);
}

function compare(kind: DisparityKind, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null;
  if (kind === 'difference') return a - b;
  return b === 0 ? null : a / b;
}

function compareReason(a: number | null, b: number | null): string {
  return a === null || b === null ? 'one of the two groups has no value' : 'the reference group is at 0';
}
