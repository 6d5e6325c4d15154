import { rate, falseNegatives } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share of the predicted negatives that are positive. */
export const falseOmissionRate: CountMetric = rate({
  id: 'falseOmissionRate',
  title: 'False omission rate',
  summary: 'Share of the predicted negatives that are positive.',
  higherIsBetter: false,
  binary: true,
  base: 'unselected',
  hits: falseNegatives,
});
