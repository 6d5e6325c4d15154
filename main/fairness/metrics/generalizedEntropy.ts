import { benefitMean } from '../benefits.ts';
import type { CountMetric } from '../metric.ts';

/** Generalized entropy index with alpha 2 of the benefits (Speicher et al. 2018): half the squared coefficient of variation. */
export const generalizedEntropy: CountMetric = {
  id: 'generalizedEntropy',
  title: 'Generalized entropy',
  summary:
    'How unequal benefits are (missed positive 0, right 1, false positive 2): half their squared coefficient of variation.',
  higherIsBetter: false,
  kind: 'count',
  binary: true,
  base: 'all',
  undefinedReason: 'no rows, or nobody benefits',
  hits: null,
  value: (counts) => benefitMean(counts, (benefit) => (benefit * benefit - 1) / 2),
};
