import type { CountMetric, Counts } from '../metric.ts';

/** Harmonic mean of precision and true positive rate: 2 TP / (positives + predicted positives). */
export const f1: CountMetric = {
  id: 'f1',
  title: 'F1',
  summary: 'Harmonic mean of precision and true positive rate.',
  higherIsBetter: true,
  kind: 'count',
  binary: true,
  base: 'positives',
  undefinedReason: 'no positives and nothing was predicted positive',
  hits: null,
  value: harmonicMean,
};

function harmonicMean(counts: Counts): number | null {
  const sum = counts.positives + counts.selected;
  return sum === 0 ? null : (2 * counts.truePositives) / sum;
}
