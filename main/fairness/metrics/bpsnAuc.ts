import { crossWins, labelSum } from '../crossWins.ts';
import type { ScoredRows, ScoreMetric } from '../metric.ts';

/** AUROC of positives outside the group above negatives of the group (Borkan et al. 2019); low where the group's negatives score high. */
export const bpsnAuc: ScoreMetric = {
  id: 'bpsnAuc',
  title: 'BPSN AUC',
  summary: 'How often a positive outside the group scores above a negative of the group.',
  higherIsBetter: true,
  kind: 'score',
  binary: true,
  base: 'negatives',
  undefinedReason: 'no negatives in the group or no positives outside it',
  value: backgroundPositive,
};

// Wins are sums over pairs, so that those of the rows outside are those of everybody less those of the group.
function backgroundPositive(group: ScoredRows, everybody: ScoredRows | null): number | null {
  if (everybody === null) return null;
  const pairs = (labelSum(everybody, 1) - labelSum(group, 1)) * labelSum(group, 0);
  return pairs === 0 ? null : (crossWins(everybody, group) - crossWins(group, group)) / pairs;
}
