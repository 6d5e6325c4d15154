import type { Disparity } from '../../preload/contract/vocabulary.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import type { DisparityDefinition } from '../fairness/disparities.ts';
import { differenceOf, ratioOf } from '../fairness/draws.ts';
import { groupName } from '../fairness/groups.ts';
import type { Grouping } from '../fairness/groups.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import { disparitySpread } from '../fairness/spread.ts';
import type { DisparityKind, Spread, SpreadRelation } from '../fairness/spread.ts';
import type { Assessment } from './assessment.ts';
import { lackIn, tested, without } from './estimates.ts';
import { KINDS, RELATIONS } from './nulls.ts';
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
    ...spreads(assessment, nulls, model, grouping, at),
    ...contrasts(assessment, replicates, model, grouping, at),
  ]);
}

function spreads(
  assessment: Assessment,
  nulls: Nulls,
  model: number,
  grouping: Grouping,
  at: number,
): readonly Disparity[] {
  return assessment.disparities.flatMap((entry) =>
    RELATIONS.flatMap((relation) =>
      KINDS.map((kind) => spreadRow(assessment, nulls, { model, grouping, at, entry, relation, kind })),
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

function spreadRow(assessment: Assessment, nulls: Nulls, place: SpreadPlace): Disparity {
  const { model, grouping, at, entry, relation, kind } = place;
  const found = spreadOf(assessment, model, at, entry, kind, relation);
  const { range, p } = nulls(model, at, entry.id, kind, relation, found.value);
  return {
    ...without(found.value, spreadReason(assessment, place, found)),
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
  return single.flatMap((entry) =>
    grouping.groups.flatMap((_, group) =>
      group === reference
        ? []
        : KINDS.map((kind) => contrast(assessment, replicates, { model, at, entry, kind, group, reference })),
    ),
  );
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
        ...without(value, `${lack} for ${groupName(grouping?.groups[cell] ?? {})}`),
        ...facts,
        p: null,
      };
  }
  const draws = contrastDraws(assessment, replicates, place);
  return { ...tested(value, draws, kind === 'difference' ? 0 : 1), ...facts };
}

/** Bootstrap draws of a contrast. */
export function contrastDraws(
  assessment: Assessment,
  replicates: Replicates,
  { model, at, entry, kind, group, reference }: ContrastPlace,
): Float64Array {
  const first = assessment.cells.first[at] ?? 0;
  const metric = metricById(entry.metrics[0] ?? '');
  const a = replicates.values(model, first + group, metric);
  const b = replicates.values(model, first + reference, metric);
  return kind === 'difference' ? differenceOf(a, b) : ratioOf(a, b);
}

function compare(kind: DisparityKind, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return null;
  if (kind === 'difference') return a - b;
  return b === 0 ? null : a / b;
}

function compareReason(a: number | null, b: number | null): string {
  return a === null || b === null ? 'one of the two groups has no value' : 'the reference group is at 0';
}
