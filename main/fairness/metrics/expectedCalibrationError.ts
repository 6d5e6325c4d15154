import { baseReason } from '../metric.ts';
import type { ScoredRows, ScoreMetric } from '../metric.ts';

/** Bins of equal width; bin = min(9, floor(10 score)). */
export const CALIBRATION_BINS = 10;

/** Mean distance of mean score from share of positives over bins of equal width, weighted by the bins' rows. */
export const expectedCalibrationError: ScoreMetric = {
  id: 'expectedCalibrationError',
  title: 'Expected calibration error',
  summary: 'Mean distance of score from share of positives over 10 bins of equal width.',
  higherIsBetter: false,
  kind: 'score',
  binary: true,
  base: 'all',
  undefinedReason: baseReason('all'),
  value: calibrationError,
};

// Sum over bins of (n_b / n) |positives_b / n_b - mean score_b| = sum over bins of |positives_b - sum of scores_b| / n.
function calibrationError({ length, truth, score, weight }: ScoredRows): number | null {
  const excess = new Float64Array(CALIBRATION_BINS);
  let rows = 0;
  for (let row = 0; row < length; row++) {
    const times = weight === null ? 1 : (weight[row] ?? 0);
    const p = score[row] ?? 0;
    const bin = Math.min(CALIBRATION_BINS - 1, Math.floor(p * CALIBRATION_BINS));
    excess[bin] = (excess[bin] ?? 0) + times * ((truth[row] ?? 0) - p);
    rows += times;
  }
  return rows === 0 ? null : excess.reduce((sum, value) => sum + Math.abs(value), 0) / rows;
}
