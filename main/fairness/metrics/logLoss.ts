import { baseReason } from '../metric.ts';
import type { ScoreMetric } from '../metric.ts';
import { rowMean } from '../rowMean.ts';

/** Scores nearer to 0 or 1 than this count as this far away, or one certain mistake would be infinite. */
const LEAST = Number.EPSILON;

/** Mean negative logarithm of the probability given to the truth, in nats. */
export const logLoss: ScoreMetric = {
  id: 'logLoss',
  title: 'Log loss',
  summary: 'Mean negative logarithm of the probability given to the truth.',
  higherIsBetter: false,
  kind: 'score',
  binary: true,
  base: 'all',
  undefinedReason: baseReason('all'),
  value: (rows) => rowMean(rows, surprise),
};

function surprise(truth: number, score: number): number {
  const p = Math.min(1 - LEAST, Math.max(LEAST, score));
  return -Math.log(truth === 1 ? p : 1 - p);
}
