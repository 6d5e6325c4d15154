import type { ScoredRows, ScoreMetric } from '../metric.ts';

/** Average precision: precision at each score, weighted by how much of the positives it adds; equal scores count as one step. */
export const areaUnderPrecisionRecall: ScoreMetric = {
  id: 'areaUnderPrecisionRecall',
  title: 'AUPRC',
  summary: 'Precision averaged over the positives from the highest score down (average precision).',
  higherIsBetter: true,
  kind: 'score',
  binary: true,
  base: 'positives',
  undefinedReason: 'no positives',
  value: averagePrecision,
};

function averagePrecision({ length, truth, score, weight }: ScoredRows): number | null {
  let [positives, selected, sum] = [0, 0, 0];
  for (let row = length - 1; row >= 0;) {
    const value = score[row];
    let added = 0;
    for (; row >= 0 && score[row] === value; row--) {
      const times = weight === null ? 1 : (weight[row] ?? 0);
      selected += times;
      if (truth[row] === 1) added += times;
    }
    positives += added;
    if (added > 0) sum += (added * positives) / selected;
  }
  return positives === 0 ? null : sum / positives;
}
