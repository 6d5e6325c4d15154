import { baseReason } from '../metric.ts';
import type { ScoredRows, ScoreMetric } from '../metric.ts';

/** Area under the ROC curve: how often a positive scores above a negative, ties counting half (Mann and Whitney's U). */
export const auroc: ScoreMetric = {
  id: 'auroc',
  title: 'AUROC',
  summary: 'How often a positive scores above a negative, ties counting half.',
  higherIsBetter: true,
  kind: 'score',
  binary: true,
  base: 'bothLabels',
  undefinedReason: baseReason('bothLabels'),
  value: areaUnderCurve,
};

function areaUnderCurve({ length, truth, score, weight }: ScoredRows): number | null {
  let negatives = 0;
  let positives = 0;
  let wins = 0;
  for (let start = 0; start < length;) {
    const value = score[start];
    let tiedNegatives = 0;
    let tiedPositives = 0;
    let row = start;
    for (; row < length && score[row] === value; row++) {
      const times = weight === null ? 1 : (weight[row] ?? 0);
      if (truth[row] === 1) tiedPositives += times;
      else tiedNegatives += times;
    }
    wins += tiedPositives * (negatives + tiedNegatives / 2);
    negatives += tiedNegatives;
    positives += tiedPositives;
    start = row;
  }
  return negatives === 0 || positives === 0 ? null : wins / (negatives * positives);
}
