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
  /** True where the metric may be negative, so that ratios say nothing. */
  readonly differenceOnly: boolean;
}

const row = (
  id: string,
  title: string,
  summary: string,
  metrics: readonly MetricId[],
  combine: 'worst' | 'mean' = 'worst',
): DisparityDefinition => ({ id, title, summary, metrics, combine, differenceOnly: false });

const differenceRow = (
  id: string,
  title: string,
  summary: string,
  metric: MetricId,
): DisparityDefinition => ({
  ...row(id, title, summary, [metric]),
  differenceOnly: true,
});

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
  row('calibrationGapEqualMass', 'Calibration gap (equal mass)', 'Expected calibration error over bins of equally many rows, across groups.', ['expectedCalibrationErrorEqualMass']),
  row('calibrationSlopeGap', 'Calibration slope gap', 'Calibration slope across groups.', ['calibrationSlope']),
  row('averageOdds', 'Average odds', 'Mean of true positive rate and false positive rate across groups: against a reference the average odds difference.', ['averageOdds']),
  row('auprcGap', 'AUPRC gap', 'Area under the precision-recall curve across groups.', ['areaUnderPrecisionRecall']),
  row('bpsnGap', 'BPSN AUC gap', 'AUC of positives outside the group above its negatives, across groups.', ['bpsnAuc']),
  row('bnspGap', 'BNSP AUC gap', 'AUC of the group’s positives above negatives outside it, across groups.', ['bnspAuc']),
  row('logLossGap', 'Log loss gap', 'Log loss across groups.', ['logLoss']),
  row('meanAbsoluteErrorGap', 'Mean absolute error gap', 'Mean absolute error across groups.', ['meanAbsoluteError']),
  row('rootMeanSquaredErrorGap', 'Root mean squared error gap', 'Root mean squared error across groups.', ['rootMeanSquaredError']),
  differenceRow('meanResidualGap', 'Mean residual gap', 'Mean of truth minus prediction across groups.', 'meanResidual'),
  differenceRow('biasAmplification', 'Bias amplification', 'Difference in selection rate less the difference in prevalence: how much predictions add to the gap in the truth.', 'excessSelection'),
  row('generalizedEntropyGap', 'Generalized entropy gap', 'Inequality of benefits within groups, across groups.', ['generalizedEntropy']),
  row('theilGap', 'Theil index gap', 'Theil index of benefits within groups, across groups.', ['theil']),
  row('macroRecallGap', 'Macro recall gap', 'Macro recall across groups.', ['macroRecall']),
  row('macroPrecisionGap', 'Macro precision gap', 'Macro precision across groups.', ['macroPrecision']),
  row('macroF1Gap', 'Macro F1 gap', 'Macro F1 across groups.', ['macroF1']),
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
