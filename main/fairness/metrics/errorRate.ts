import { rate } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share predicted wrongly, over all classes. */
export const errorRate: CountMetric = rate({
  id: 'errorRate',
  title: 'Error rate',
  summary: 'Share predicted wrongly, over all classes.',
  higherIsBetter: false,
  binary: false,
  base: 'all',
  hits: (counts) => counts.n - counts.correct,
});
