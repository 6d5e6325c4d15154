import { classMean } from '../classCounts.ts';
import type { ClassMetric } from '../metric.ts';

/** Mean over the classes that occur of the true positive rate of one against the rest: balanced accuracy of many classes. */
export const macroRecall: ClassMetric = {
  id: 'macroRecall',
  title: 'Macro recall',
  summary: 'Mean over classes of the share that is found.',
  higherIsBetter: true,
  kind: 'classes',
  binary: false,
  within: 'label',
  base: 'all',
  undefinedReason: 'no rows',
  value: (counts) => classMean(counts, (truth, _predicted, hits) => (truth === 0 ? 'skip' : hits / truth)),
};
