import { rate, trueNegatives } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share of the predicted negatives that are negative. */
export const negativePredictiveValue: CountMetric = rate({
  id: 'negativePredictiveValue',
  title: 'Negative predictive value',
  summary: 'Share of the predicted negatives that are negative.',
  higherIsBetter: true,
  binary: true,
  base: 'unselected',
  hits: trueNegatives,
});
