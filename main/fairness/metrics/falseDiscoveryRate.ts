import { rate, falsePositives } from '../metric.ts';
import type { CountMetric } from '../metric.ts';

/** Share of the predicted positives that are negative. */
export const falseDiscoveryRate: CountMetric = rate({
  id: 'falseDiscoveryRate',
  title: 'False discovery rate',
  summary: 'Share of the predicted positives that are negative.',
  higherIsBetter: false,
  binary: true,
  base: 'selected',
  hits: falsePositives,
});
