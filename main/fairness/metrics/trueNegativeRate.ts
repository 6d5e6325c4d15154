import { rate, trueNegatives } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share of the negatives predicted negative (specificity). */
export const trueNegativeRate: CountMetric = rate({
  id: 'trueNegativeRate',
  title: 'True negative rate',
  summary: 'Share of the negatives predicted negative (specificity).',
  higherIsBetter: true,
  binary: true,
  base: 'negatives',
  hits: trueNegatives,
});
