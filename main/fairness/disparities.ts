import { AppError } from '../../preload/contract/errors.ts';
import type { MetricEntry } from '../../preload/contract/vocabulary.ts';
import { nearest } from '../core/nearest.ts';
import type { MetricId } from './metricCatalog.ts';

/** How far apart groups are in one metric, or in the worst of several. */
export interface DisparityDefinition {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** One metric, or several of which the worst (or the mean) counts. */
  readonly metrics: readonly MetricId[];
  readonly combine: 'worst' | 'mean';
}

const row = (
  id: string,
  title: string,
  summary: string,
  metrics: readonly MetricId[],
  combine: 'worst' | 'mean' = 'worst',
): DisparityDefinition => ({ id, title, summary, metrics, combine });

/** Every disparity, each as difference and ratio, between groups, to overall and to a reference group. */
export const DISPARITIES: readonly DisparityDefinition[] = [
  row('demographicParity', 'Demographic parity', 'Selection rate across groups.', ['selectionRate']),
  row('equalOpportunity', 'Equal opportunity', 'True positive rate across groups.', ['truePositiveRate']),
  row('predictiveEquality', 'Predictive equality', 'False positive rate across groups.', ['falsePositiveRate']),
  row(
    'equalizedOdds',
    'Equalized odds (worst case)',
    'The worse of true positive rate and false positive rate across groups.',
    ['truePositiveRate', 'falsePositiveRate'],
  ),
  row(
    'equalizedOddsMean',
    'Equalized odds (mean)',
    'Mean of the disparities in true positive rate and false positive rate.',
    ['truePositiveRate', 'falsePositiveRate'],
    'mean',
  ),
  row('predictiveParity', 'Predictive parity', 'Precision across groups.', ['precision']),
  row('accuracyParity', 'Accuracy parity', 'Accuracy across groups.', ['accuracy']),
  row('errorRateParity', 'Error rate parity', 'Error rate across groups.', ['errorRate']),
  row('balancedAccuracyParity', 'Balanced accuracy parity', 'Balanced accuracy across groups.', ['balancedAccuracy']),
  row('falseNegativeRateParity', 'False negative rate parity', 'False negative rate across groups.', ['falseNegativeRate']),
  row('trueNegativeRateParity', 'True negative rate parity', 'True negative rate across groups.', ['trueNegativeRate']),
  row('falseDiscoveryRateParity', 'False discovery rate parity', 'False discovery rate across groups.', ['falseDiscoveryRate']),
  row('falseOmissionRateParity', 'False omission rate parity', 'False omission rate across groups.', ['falseOmissionRate']),
  row('negativePredictiveValueParity', 'Negative predictive value parity', 'Negative predictive value across groups.', ['negativePredictiveValue']),
  row('f1Parity', 'F1 parity', 'F1 across groups.', ['f1']),
  row('aurocParity', 'AUROC gap', 'AUROC across groups.', ['auroc']),
  row('brierParity', 'Brier score gap', 'Brier score across groups.', ['brier']),
  row('calibrationGap', 'Calibration gap', 'Expected calibration error across groups.', ['expectedCalibrationError']),
  row('prevalenceGap', 'Base rate gap', 'Prevalence across groups: how far the truth itself differs.', ['prevalence']),
]; // prettier-ignore

/** Ids of all disparities, in the table's order. */
export const DISPARITY_IDS: readonly string[] = DISPARITIES.map((entry) => entry.id);

/** The disparities that some metrics allow. */
export function disparitiesOf(metrics: readonly string[]): readonly DisparityDefinition[] {
  return DISPARITIES.filter((entry) => entry.metrics.every((metric) => metrics.includes(metric)));
}

/** The disparity of exactly one metric: every metric has one. */
export function disparityOfMetric(metric: string): DisparityDefinition {
  const found = DISPARITIES.find((entry) => entry.metrics.length === 1 && entry.metrics[0] === metric);
  if (found) return found;
  const close = nearest(metric, DISPARITIES.flatMap((entry) => entry.metrics)); // prettier-ignore
  throw new AppError({
    code: 'usage',
    message: `No disparity is defined for the metric ${JSON.stringify(metric)}.`,
    hint: close === null ? 'List metrics with: pretext audit --help.' : `Did you mean ${close}?`,
  });
}

/** The disparities as data for forms and help; smaller is better for a difference. */
export function disparityEntries(): readonly MetricEntry[] {
  return DISPARITIES.map(({ id, title, summary }) => ({ id, title, summary, higherIsBetter: false }));
}
