import { baseReason, falsePositives } from '../metric.ts';
import type { CountMetric, Counts } from '../metric.ts';

/** Mean of true positive rate and false positive rate; its difference between groups is the average odds difference. */
export const averageOdds: CountMetric = {
  id: 'averageOdds',
  title: 'Average odds',
  summary: 'Mean of true positive rate and false positive rate.',
  higherIsBetter: null,
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
  return (counts.truePositives / counts.positives + falsePositives(counts) / negatives) / 2;
}
