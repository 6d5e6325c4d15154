import type { Audit, AuditDifference, MetricEntry, RunId } from '../../preload/contract/vocabulary.ts';
import { excludesZero } from './auditTable.ts';

/** One metric of an audit across the runs that are compared. */
export interface AuditedMetric {
  readonly metric: string;
  /** Overall value of each run; null where the audit does not hold it or it is undefined. */
  readonly values: readonly (number | null)[];
  /** The run whose lead over the next the paired interval confirms; null: no clear best. */
  readonly best: RunId | null;
}

/** Overall values of every metric of an audit for the given runs, the best marked where that is defensible. */
export function auditedMetrics(audit: Audit, runs: readonly RunId[], entries: readonly MetricEntry[]): readonly AuditedMetric[] {
  return audit.options.metrics.map((metric) => {
    const values = runs.map((run) => audit.models.find((model) => model.run === run)?.overall.metrics[metric]?.value ?? null);
    const higher = entries.find((entry) => entry.id === metric)?.higherIsBetter ?? null;
    return { metric, values, best: higher === null ? null : clearBest(audit, metric, runs, values, higher) };
  });
}

function clearBest(audit: Audit, metric: string, runs: readonly RunId[], values: readonly (number | null)[], higher: boolean): RunId | null {
  const ranked = runs
    .flatMap((run, at) => ((value) => (value === null ? [] : [{ run, value }]))(values[at] ?? null))
    .sort((a, b) => (higher ? b.value - a.value : a.value - b.value));
  const [first, second] = ranked;
  // A run that the audit does not hold might be better than all it holds.
  if (!first || !second || ranked.length < runs.length) return null;
  const told = audit.bests?.find((best) => best.metric === metric && best.group === null);
  if (told && audit.models.every((model) => model.run !== null && runs.includes(model.run))) return told.marked ? told.run : null;
  const pair = audit.differences.find(
    (difference) => difference.metric === metric && difference.disparity === null && difference.group === null && sameRuns(difference, first.run, second.run),
  );
  return pair && excludesZero(pair) ? first.run : null;
}

function sameRuns({ run, baseline }: Pick<AuditDifference, 'run' | 'baseline'>, a: RunId, b: RunId): boolean {
  return (run === a && baseline === b) || (run === b && baseline === a);
}
