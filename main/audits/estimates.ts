import type { AuditGroup, Estimated } from '../../preload/contract/vocabulary.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import { bootstrapP, percentileInterval } from '../fairness/draws.ts';
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
  if (lack !== null) return without(value, lack);
  const exact = assessment.subjects.repeated ? null : wilsonOf(metric, row);
  if (exact !== null) return { value, low: exact[0], high: exact[1] };
  return withDraws(value, replicates.values(model, cell, metric));
}

function wilsonOf(metric: Metric, { counts }: FrameRow): readonly [number, number] | null {
  if (metric.kind !== 'count' || metric.hits === null) return null;
  return wilson(metric.hits(counts), baseCount(metric.base, counts));
}

/** A value with the percentile interval of its draws. */
export function withDraws(value: number, draws: Float64Array): Estimated {
  const { interval, reason } = percentileInterval(draws);
  return interval === null ? without(value, reason) : { value, low: interval[0], high: interval[1] };
}

/** The same with the two-sided p-value of "it is `none`"; draws that give no interval give no p-value either. */
export function tested(
  value: number,
  draws: Float64Array,
  none: number,
): Estimated & { readonly p: number | null } {
  const estimate = withDraws(value, draws);
  return { ...estimate, p: estimate.low === null ? null : bootstrapP(draws, none) };
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
