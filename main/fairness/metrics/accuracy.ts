import { rate } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share predicted correctly, over all classes. */
export const accuracy: CountMetric = rate({
  id: 'accuracy',
  title: 'Accuracy',
  summary: 'Share predicted correctly, over all classes.',
  higherIsBetter: true,
  binary: false,
  base: 'all',
  hits: (counts) => counts.correct,
});
