import type { CallArgs } from '../../../preload/contract/calls.ts';
import type { ThresholdExploration } from '../../../preload/contract/vocabulary.ts';
import { modelOfRun, tableOfSplit } from '../../audits/datasetTable.ts';
import { exploreThresholds } from '../../audits/thresholds.ts';
import { parsePredictions } from '../../core/predictions.ts';
import { auditTableOf } from '../../data/stored.ts';
import { refreshExclusions } from '../consent/exclusions.ts';
import type { ApiContext } from '../context.ts';

/** Thresholds are chosen here, and nowhere else: what is audited later has to be untouched. */
const SPLIT = 'validation';

/** Thresholds by group of one run, on its validation split. @throws AppError notFound, and what `exploreThresholds` throws */
export async function thresholdsOf(
  context: ApiContext,
  args: CallArgs<'audits.thresholds'>,
): Promise<ThresholdExploration> {
  const run = context.store.runs.get(args.run);
  const dataset = args.dataset ?? run.dataset;
  const { store, storedDataset, host } = context;
  await refreshExclusions({ store, storedDataset, now: host.now }, dataset);
  const stored = storedDataset(dataset);
  const request = { run: run.id, dataset, split: SPLIT, representations: false, look: null } as const;
  const { predictions } = await context.runs.predict(request);
  const split = await auditTableOf(stored, SPLIT);
  const parsed = parsePredictions(await stored.readBytes(predictions, 0, null));
  const { name, method, seed } = run;
  const { feature, positive, falsePositive, falseNegative, tolerance, selectionRate } = args;
  const found = exploreThresholds({
    table: tableOfSplit(split, run.config.target),
    model: modelOfRun({ run: run.id, name, method, seed }, parsed, split),
    feature,
    positive,
    aim: { falsePositive, falseNegative, tolerance, selectionRate },
  });
  return { run: run.id, dataset, split: SPLIT, ...found };
}
