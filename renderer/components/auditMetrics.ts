import type { MetricEntry } from '../../preload/contract/vocabulary.ts';

const FIRST = ['accuracy', 'selectionRate', 'truePositiveRate', 'falsePositiveRate', 'precision'];
const FIRST_OF_NUMBERS = ['meanAbsoluteError', 'rootMeanSquaredError', 'meanResidual'];

/** The metrics that a new audit assesses until the user chooses; `numeric`: of a target that is a number. */
export function firstMetrics(metrics: readonly MetricEntry[], numeric = false): readonly string[] {
  return metrics.map((metric) => metric.id).filter((id) => (numeric ? FIRST_OF_NUMBERS : FIRST).includes(id));
}

/** The chosen metrics, and the primary one where it is not among them. */
export function withPrimary(chosen: readonly string[], primary: { readonly metric: string } | null): string[] {
  return primary && !chosen.includes(primary.metric) ? [...chosen, primary.metric] : [...chosen];
}
