import { baseReason } from '../metric.ts';
import type { ScoredRows, ScoreMetric } from '../metric.ts';

/** Mean squared distance of the score from the truth (0 or 1); Brier 1950. */
export const brier: ScoreMetric = {
  id: 'brier',
  title: 'Brier score',
  summary: 'Mean squared distance of the score from the truth (0 or 1).',
  higherIsBetter: false,
  kind: 'score',
  binary: true,
  base: 'all',
  undefinedReason: baseReason('all'),
  value: meanSquaredError,
};

function meanSquaredError({ length, truth, score, weight }: ScoredRows): number | null {
  let sum = 0;
  let rows = 0;
  for (let row = 0; row < length; row++) {
    const times = weight === null ? 1 : (weight[row] ?? 0);
    const error = (score[row] ?? 0) - (truth[row] ?? 0);
    sum += times * error * error;
    rows += times;
  }
  return rows === 0 ? null : sum / rows;
}
