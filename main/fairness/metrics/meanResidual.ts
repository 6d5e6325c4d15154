import { baseReason } from '../metric.ts';
import type { ScoreMetric } from '../metric.ts';
import { rowMean } from '../rowMean.ts';

/** Mean of truth minus predicted number (or score), in the target's unit: above 0 where predictions are too low. */
export const meanResidual: ScoreMetric = {
  id: 'meanResidual',
  title: 'Mean residual',
  summary: 'Mean of truth minus predicted number (or score): above 0 where predictions are too low.',
  higherIsBetter: null,
  kind: 'score',
  binary: false,
  base: 'all',
  undefinedReason: baseReason('all'),
  value: (rows) => rowMean(rows, (truth, score) => truth - score),
};
