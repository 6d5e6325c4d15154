import { rate } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share predicted as the positive class. */
export const selectionRate: CountMetric = rate({
  id: 'selectionRate',
  title: 'Selection rate',
  summary: 'Share predicted as the positive class.',
  higherIsBetter: null,
  binary: true,
  base: 'all',
  hits: (counts) => counts.selected,
});
