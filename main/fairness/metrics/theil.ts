import { benefitMean } from '../benefits.ts';
import type { CountMetric } from '../metric.ts';

/** Theil's index of the benefits: the generalized entropy index with alpha 1, in nats. */
export const theil: CountMetric = {
  id: 'theil',
  title: 'Theil index',
  summary:
    'How unequal benefits are (missed positive 0, right 1, false positive 2): generalized entropy with alpha 1.',
  higherIsBetter: false,
  kind: 'count',
  binary: true,
  base: 'all',
  undefinedReason: 'no rows, or nobody benefits',
  hits: null,
  value: (counts) => benefitMean(counts, (benefit) => (benefit === 0 ? 0 : benefit * Math.log(benefit))),
};
