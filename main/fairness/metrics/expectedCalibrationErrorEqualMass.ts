import { baseReason } from '../metric.ts';
import type { ScoredRows, ScoreMetric } from '../metric.ts';
import { CALIBRATION_BINS } from './expectedCalibrationError.ts';

/** The expected calibration error over bins of equally many rows; rows of equal score share a bin, that of their middle one. */
export const expectedCalibrationErrorEqualMass: ScoreMetric = {
  id: 'expectedCalibrationErrorEqualMass',
  title: 'Expected calibration error (equal mass)',
  summary: 'Mean distance of score from share of positives over 10 bins of equally many rows.',
  higherIsBetter: false,
  kind: 'score',
  binary: true,
  base: 'all',
  undefinedReason: baseReason('all'),
  value: calibrationError,
};

function calibrationError({ length, truth, score, weight }: ScoredRows): number | null {
  let total = 0;
  for (let row = 0; row < length; row++) total += weight === null ? 1 : (weight[row] ?? 0);
  const excess = new Float64Array(CALIBRATION_BINS);
  let before = 0;
  for (let start = 0; start < length;) {
    const value = score[start] ?? 0;
    let [rows, sum] = [0, 0];
    let row = start;
    for (; row < length && score[row] === value; row++) {
      const times = weight === null ? 1 : (weight[row] ?? 0);
      rows += times;
      sum += times * ((truth[row] ?? 0) - value);
    }
    const bin = Math.min(CALIBRATION_BINS - 1, Math.floor((CALIBRATION_BINS * (before + rows / 2)) / total));
    if (rows > 0) excess[bin] = (excess[bin] ?? 0) + sum;
    before += rows;
    start = row;
  }
  return total === 0 ? null : excess.reduce((sum, value) => sum + Math.abs(value), 0) / total;
}
