import { classMean } from '../classCounts.ts';
import type { ClassMetric } from '../metric.ts';

/** Mean over the classes that occur or are predicted of the F1 of one against the rest. */
export const macroF1: ClassMetric = {
  id: 'macroF1',
  title: 'Macro F1',
  summary: 'Mean over classes of the harmonic mean of precision and recall.',
  higherIsBetter: true,
  kind: 'classes',
  binary: false,
  within: 'all',
  base: 'all',
  undefinedReason: 'no rows',
  value: (counts) =>
    classMean(counts, (truth, predicted, hits) =>
      truth + predicted === 0 ? 'skip' : (2 * hits) / (truth + predicted),
    ),
};
