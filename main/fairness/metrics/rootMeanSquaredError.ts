import { baseReason } from '../metric.ts';
import type { ScoredRows, ScoreMetric } from '../metric.ts';
import { rowMean } from '../rowMean.ts';

/** Root of the mean squared distance of the predicted number (or score) from the truth, in the target's unit. */
export const rootMeanSquaredError: ScoreMetric = {
  id: 'rootMeanSquaredError',
  title: 'Root mean squared error',
  summary: 'Root of the mean squared distance of the predicted number (or score) from the truth.',
  higherIsBetter: false,
  kind: 'score',
  binary: false,
  base: 'all',
  undefinedReason: baseReason('all'),
  value: root,
};

function root(rows: ScoredRows): number | null {
  const squared = rowMean(rows, (truth, score) => (truth - score) ** 2);
  return squared === null ? null : Math.sqrt(squared);
}
