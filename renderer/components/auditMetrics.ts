import type { MetricEntry } from '../../preload/contract/vocabulary.ts';

const FIRST = ['accuracy', 'selectionRate', 'truePositiveRate', 'falsePositiveRate', 'precision'];

/** The metrics that a new audit assesses until the user chooses. */
export function firstMetrics(metrics: readonly MetricEntry[]): readonly string[] {
  return metrics.map((metric) => metric.id).filter((id) => FIRST.includes(id));
}

/** The chosen metrics, and the primary one where it is not among them. */
export function withPrimary(chosen: readonly string[], primary: { readonly metric: string } | null): string[] {
  return primary && !chosen.includes(primary.metric) ? [...chosen, primary.metric] : [...chosen];
}
