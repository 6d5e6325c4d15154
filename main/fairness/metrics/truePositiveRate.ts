import { rate } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share of the positives predicted positive (recall, sensitivity). */
export const truePositiveRate: CountMetric = rate({
  id: 'truePositiveRate',
  title: 'True positive rate',
  summary: 'Share of the positives predicted positive (recall, sensitivity).',
  higherIsBetter: true,
  binary: true,
  base: 'positives',
  hits: (counts) => counts.truePositives,
});
