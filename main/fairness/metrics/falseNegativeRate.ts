import { rate, falseNegatives } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share of the positives that were missed. */
export const falseNegativeRate: CountMetric = rate({
  id: 'falseNegativeRate',
  title: 'False negative rate',
  summary: 'Share of the positives that were missed.',
  higherIsBetter: false,
  binary: true,
  base: 'positives',
  hits: falseNegatives,
});
