import { baseReason } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Selection rate minus prevalence; its difference between groups is how much predictions amplify the gap in the truth. */
export const excessSelection: CountMetric = {
  id: 'excessSelection',
  title: 'Excess selection',
  summary: 'Selection rate minus prevalence: above 0 where more is predicted positive than is.',
  higherIsBetter: null,
  kind: 'count',
  binary: true,
  base: 'all',
  undefinedReason: baseReason('all'),
  hits: null,
  value: ({ n, selected, positives }) => (n === 0 ? null : (selected - positives) / n),
};
