import { rate, falsePositives } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share of the negatives predicted positive. */
export const falsePositiveRate: CountMetric = rate({
  id: 'falsePositiveRate',
  title: 'False positive rate',
  summary: 'Share of the negatives predicted positive.',
  higherIsBetter: false,
  binary: true,
  base: 'negatives',
  hits: falsePositives,
});
