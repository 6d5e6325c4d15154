import { crossWins, labelSum } from '../crossWins.ts';
import type { ScoredRows, ScoreMetric } from '../metric.ts';

/** AUROC of positives of the group above negatives outside it (Borkan et al. 2019); low where the group's positives score low. */
export const bnspAuc: ScoreMetric = {
  id: 'bnspAuc',
  title: 'BNSP AUC',
  summary: 'How often a positive of the group scores above a negative outside the group.',
  higherIsBetter: true,
  kind: 'score',
  binary: true,
  base: 'positives',
  undefinedReason: 'no positives in the group or no negatives outside it',
  value: backgroundNegative,
};

function backgroundNegative(group: ScoredRows, everybody: ScoredRows | null): number | null {
  if (everybody === null) return null;
  const pairs = labelSum(group, 1) * (labelSum(everybody, 0) - labelSum(group, 0));
  return pairs === 0 ? null : (crossWins(group, everybody) - crossWins(group, group)) / pairs;
}
