import { AppError } from '../../preload/contract/errors.ts';
import type { Predictions } from '../core/predictions.ts';
import type { AuditTable as SplitTable } from '../data/stored.ts';
import type { AuditTable, ModelPredictions } from './table.ts';

/**
 * The rows of a data set's split as an audit of one target needs them.
 * @throws AppError usage if there is no such target
 */
export function tableOfSplit(split: SplitTable, target: string): AuditTable {
  const chosen = split.targets.find((one) => one.name === target);
  if (!chosen) {
    throw new AppError({
      code: 'usage',
      message: `There is no target ${JSON.stringify(target)} in this data set.`,
      hint: `Its targets are ${split.targets.map((one) => one.name).join(', ')}.`,
    });
  }
  return {
    target,
    classes: chosen.classes,
    truth: chosen.codes,
    sensitive: split.sensitive,
    subjects: split.subjects,
    names: split.names,
  };
}

/**
 * What a run predicted, as an audit needs it. `split` is the split of the data set that the run predicted on.
 * @throws AppError invalidData if a prediction is of a sample outside that split
 */
export function modelOfRun(
  run: Pick<ModelPredictions, 'run' | 'name' | 'method' | 'seed' | 'arm'>,
  predictions: Predictions,
  split: SplitTable,
): ModelPredictions {
  const nameOf = new Map(Array.from(split.indices, (index, row) => [index, split.names[row] ?? '']));
  const names = Array.from(predictions.indices, (index) => {
    const name = nameOf.get(index);
    if (name !== undefined) return name;
    throw new AppError({
      code: 'invalidData',
      message: `${run.name} has a prediction of sample ${index}, which is not in the ${split.split} split.`,
      hint: 'Audit the run on the data set and split that it predicted.',
    });
  });
  const { classes, predicted, scores } = predictions;
  return { ...run, names, classes, predicted, scores };
}
