import { rate } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share of the predicted positives that are positive. */
export const precision: CountMetric = rate({
  id: 'precision',
  title: 'Precision',
  summary: 'Share of the predicted positives that are positive.',
  higherIsBetter: true,
  binary: true,
  base: 'selected',
  hits: (counts) => counts.truePositives,
});
