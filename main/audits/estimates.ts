import type { AuditGroup, Estimated } from '../../preload/contract/vocabulary.ts';
import { bcaInterval } from '../fairness/bca.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import { cautiousError, detectableDifference } from '../fairness/detectable.ts';
import { deviation } from '../fairness/deviation.ts';
import { bootstrapP, defined, percentileInterval } from '../fairness/draws.ts';
import { baseCount } from '../fairness/metric.ts';
import type { Metric } from '../fairness/metric.ts';
import { whyUndefined } from '../fairness/metricFrame.ts';
import type { FrameRow } from '../fairness/metricFrame.ts';
import { lackOfSupport } from '../fairness/support.ts';
import { wilson } from '../fairness/wilson.ts';
import type { Assessment } from './assessment.ts';

/** One model's numbers of one cell, with intervals. */
export function groupOf(
  assessment: Assessment,
  replicates: Replicates,
  model: number,
  cell: number,
): AuditGroup | null {
  const row = assessment.frames[model]?.[cell];
  if (!row) return null;
  const { counts } = row;
  const binary = assessment.models[model]?.binary === true;
  const metrics = assessment.metrics.map((metric) => [
    metric.id,
    estimateMetric(assessment, replicates, model, cell, metric),
  ]);
  return {
    group: row.cell.group,
    n: counts.n,
    subjects: row.subjects,
    positives: binary ? counts.positives : null,
    negatives: binary ? counts.n - counts.positives : null,
    metrics: Object.fromEntries(metrics) as Record<string, Estimated>,
  };
}

/** A metric of a cell with its 95% interval: Wilson's where every row is a person of its own, else the cluster bootstrap's. */
export function estimateMetric(
  assessment: Assessment,
  replicates: Replicates,
  model: number,
  cell: number,
  metric: Metric,
): Estimated {
  const row = assessment.frames[model]?.[cell];
  const outcomes = assessment.models[model];
  const value = row?.values[metric.id] ?? null;
  if (!row || !outcomes) return without(null, 'no rows');
  if (value === null) return without(null, whyUndefined(metric, outcomes));
  const lack = lackOfSupport(metric, row.counts, row.subjects);
  if (lack !== null)
    return unsupported(value, lack, [standardErrorOf(assessment, replicates, model, cell, metric)]);
  const exact = assessment.subjects.repeated || outcomes.weights != null ? null : wilsonOf(metric, row);
  if (exact !== null) return { value, low: exact[0], high: exact[1] };
  return withDraws(value, drawnOf(assessment, replicates, model, cell, metric));
}

function wilsonOf(metric: Metric, { counts }: FrameRow): readonly [number, number] | null {
  if (metric.kind !== 'count' || metric.hits === null) return null;
  return wilson(metric.hits(counts), baseCount(metric.base, counts));
}

/** Bootstrap draws of a value, the same with blocks of subjects left out, and over how many subjects. */
export interface Drawn {
  readonly draws: Float64Array;
  readonly leaveOuts: Float64Array;
  readonly subjects: number;
}

/** The draws of a metric of a cell. */
export function drawnOf(
  assessment: Assessment,
  replicates: Replicates,
  model: number,
  cell: number,
  metric: Metric,
): Drawn {
  return {
    draws: replicates.values(model, cell, metric),
    leaveOuts: replicates.leaveOuts(model, cell, metric),
    subjects: assessment.frames[model]?.[cell]?.subjects ?? 0,
  };
}

/** Two values' draws combined, draw by draw. */
export function combined(a: Drawn, b: Drawn, how: (a: Float64Array, b: Float64Array) => Float64Array): Drawn {
  return {
    draws: how(a.draws, b.draws),
    leaveOuts: how(a.leaveOuts, b.leaveOuts),
    subjects: Math.min(a.subjects, b.subjects),
  };
}

/** A value with the percentile interval of its draws, and the BCa interval beside it. */
export function withDraws(value: number, { draws, leaveOuts, subjects }: Drawn): Estimated {
  const { interval, reason } = percentileInterval(draws, subjects);
  if (interval === null) return without(value, reason);
  return { value, low: interval[0], high: interval[1], bca: bcaInterval(value, draws, leaveOuts) };
}

/**
 * The same with the two-sided p-value of "it is `none`"; draws that give no interval give no p-value either. Where a difference is not told
 * from 0, with the smallest one that would be.
 */
export function tested(value: number, drawn: Drawn, none: number): Estimated & { readonly p: number | null } {
  const estimate = withDraws(value, drawn);
  const { low, high } = estimate;
  if (low === null || high === null) return { ...estimate, p: null };
  const p = bootstrapP(drawn.draws, none, drawn.subjects);
  const open = none === 0 && low <= 0 && high >= 0;
  return open
    ? { ...estimate, p, detectable: detectableDifference(deviation(defined(drawn.draws))) }
    : { ...estimate, p };
}

/** A value with too little behind it, and the smallest difference that data like these could show. */
export function unsupported(
  value: number,
  reason: string,
  standardErrors: readonly (number | null)[],
): Estimated {
  const known = standardErrors.filter((error) => error !== null);
  const error = known.length < standardErrors.length ? null : Math.hypot(...known);
  return { ...without(value, reason), detectable: detectableDifference(error) };
}

/** Standard error of a metric of a cell: that of its draws; of a rate at least a cautious one. Null where neither is known. */
export function standardErrorOf(
  assessment: Assessment,
  replicates: Replicates,
  model: number,
  cell: number,
  metric: Metric,
): number | null {
  const row = assessment.frames[model]?.[cell];
  const drawn = deviation(defined(replicates.values(model, cell, metric)));
  if (!row || metric.kind !== 'count' || metric.hits === null) return drawn;
  return Math.max(drawn ?? 0, cautiousError(metric.hits(row.counts), baseCount(metric.base, row.counts)));
}

/** A value (or none) without an interval, and why. */
export function without(value: number | null, reason: string): Estimated {
  return { value, low: null, high: null, reason };
}

/** Why a metric of a cell has too little behind it, for one or several models; null if there is enough. */
export function lackIn(
  assessment: Assessment,
  models: readonly number[],
  cell: number,
  metric: Metric,
): string | null {
  for (const model of models) {
    const row = assessment.frames[model]?.[cell];
    const lack = row ? lackOfSupport(metric, row.counts, row.subjects) : null;
    if (lack !== null) return lack;
  }
  return null;
}
