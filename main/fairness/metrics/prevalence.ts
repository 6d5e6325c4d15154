import { rate } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share whose truth is the positive class: the base rate. */
export const prevalence: CountMetric = rate({
  id: 'prevalence',
  title: 'Prevalence',
  summary: 'Share whose truth is the positive class: the base rate.',
  higherIsBetter: null,
  binary: true,
  base: 'all',
  hits: (counts) => counts.positives,
});
