import { baseReason, trueNegatives } from '../metric.ts';
import type { CountMetric, Counts } from '../metric.ts';

/** Mean of true positive rate and true negative rate; undefined where either is. */
export const balancedAccuracy: CountMetric = {
  id: 'balancedAccuracy',
  title: 'Balanced accuracy',
  summary: 'Mean of true positive rate and true negative rate.',
  higherIsBetter: true,
  kind: 'count',
  binary: true,
  base: 'bothLabels',
  undefinedReason: baseReason('bothLabels'),
  hits: null,
  value: meanOfRates,
};

function meanOfRates(counts: Counts): number | null {
  const negatives = counts.n - counts.positives;
  if (counts.positives === 0 || negatives === 0) return null;
  return (counts.truePositives / counts.positives + trueNegatives(counts) / negatives) / 2;
}
