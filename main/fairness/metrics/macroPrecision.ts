import { classMean } from '../classCounts.ts';
import type { ClassMetric } from '../metric.ts';

/** Mean over classes of the precision of one against the rest; undefined where a class that occurs is never predicted, for its precision is. */
export const macroPrecision: ClassMetric = {
  id: 'macroPrecision',
  title: 'Macro precision',
  summary: 'Mean over classes of the share of predictions that is right.',
  higherIsBetter: true,
  kind: 'classes',
  binary: false,
  within: 'prediction',
  base: 'all',
  undefinedReason: 'a class that occurs is never predicted',
  value: (counts) =>
    classMean(counts, (truth, predicted, hits) => {
      if (predicted > 0) return hits / predicted;
      return truth === 0 ? 'skip' : null;
    }),
};
