import { baseReason } from '../metric.ts';
import type { ScoreMetric } from '../metric.ts';
import { rowMean } from '../rowMean.ts';

/** Mean distance of the predicted number (or score) from the truth, in the target's unit. */
export const meanAbsoluteError: ScoreMetric = {
  id: 'meanAbsoluteError',
  title: 'Mean absolute error',
  summary: 'Mean distance of the predicted number (or score) from the truth.',
  higherIsBetter: false,
  kind: 'score',
  binary: false,
  base: 'all',
  undefinedReason: baseReason('all'),
  value: (rows) => rowMean(rows, (truth, score) => Math.abs(truth - score)),
};
