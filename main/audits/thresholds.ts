import { AppError } from '../../preload/contract/errors.ts';
import type { ThresholdConstraint, ThresholdExploration } from '../../preload/contract/vocabulary.ts';
import { UNKNOWN } from '../fairness/groups.ts';
import { MIN_BASE, MIN_ROWS } from '../fairness/support.ts';
import { chooseThresholds, type ThresholdAim } from '../fairness/thresholdChoice.ts';
import {
  calibrationBins,
  rocPoint,
  thresholdCurve,
  type ThresholdCurve,
} from '../fairness/thresholdCurve.ts';
import { pair } from './pairing.ts';
import type { AuditTable, ModelPredictions } from './table.ts';

const CONSTRAINTS: readonly ThresholdConstraint[] = [
  'one', 'demographicParity', 'equalOpportunity', 'equalizedOdds', 'fixedSelectionRate',
]; // prettier-ignore

/** What is explored: thresholds of one model by the groups of one feature. */
export interface ThresholdQuestion {
  readonly table: AuditTable;
  readonly model: ModelPredictions;
  readonly feature: string;
  /** Null: the last of two classes. */
  readonly positive: string | null;
  readonly aim: ThresholdAim;
}

/**
 * Curves by group, and for each constraint the cheapest thresholds. The rows have to be others than those that are audited later.
 * @throws AppError usage for a target of more than two classes, an unknown class or feature, or a model without scores
 */
export function exploreThresholds(
  question: ThresholdQuestion,
): Omit<ThresholdExploration, 'run' | 'dataset' | 'split'> {
  const { table, model, aim } = question;
  const { scores, hits, positive } = scored(question);
  const feature = table.sensitive.find((one) => one.name === question.feature);
  if (!feature)
    throw usage(
      `There is no sensitive feature ${JSON.stringify(question.feature)} in this data.`,
      `Choose from ${table.sensitive.map((one) => one.name).join(', ') || 'none'}.`,
    );
  const { rows } = pair(table, [model]);
  const groups = feature.values.flatMap((value, code) => {
    const own = Array.from(rows, (row, at) => ({ row, at })).filter(({ row }) => feature.codes[row] === code);
    if (value === UNKNOWN || own.length === 0) return [];
    const of = (values: readonly number[]): number[] => own.map(({ at }) => values[at] ?? 0);
    return [
      { group: value, scores: of(scores), hits: of(hits), curve: thresholdCurve(of(scores), of(hits)) },
    ];
  });
  if (groups.length === 0)
    throw usage(`No value of ${feature.name} is known on this split.`, 'Choose another feature.');
  const known = groups.flatMap((group) => group.scores);
  const everybody = thresholdCurve(known, groups.flatMap((group) => group.hits)); // prettier-ignore
  return {
    feature: feature.name,
    target: table.target,
    positive,
    n: known.length,
    unknown: rows.length - known.length,
    groups: groups.map(({ group, curve, ...own }) => ({
      group,
      n: curve.n,
      positives: curve.positives,
      curve: curve.thresholds.map((threshold) => rocPoint(curve, threshold)),
      calibration: calibrationBins(own.scores, own.hits),
      lack: lackOf(curve),
    })),
    choices: CONSTRAINTS.map((constraint) => chooseThresholds(constraint, groups, everybody, aim)),
  };
}

/** Score and truth of every paired row. */
function scored({ table, model, positive: chosen }: ThresholdQuestion): {
  readonly scores: readonly number[];
  readonly hits: readonly number[];
  readonly positive: string;
} {
  const { classes } = table;
  if (classes.length !== 2)
    throw usage(
      `${table.target} has ${classes.length} classes; a threshold parts two.`,
      'Explore thresholds of a target with two classes.',
    );
  const positive = chosen ?? classes[1] ?? '';
  const code = classes.indexOf(positive);
  if (code < 0)
    throw usage(
      `The positive class ${JSON.stringify(positive)} is not a class of ${table.target}.`,
      `Its classes are ${classes.join(', ')}.`,
    );
  const column = model.classes.indexOf(positive);
  const { scores } = model;
  if (scores === null || column < 0)
    throw usage(`${model.name} gives no scores of ${positive}.`, 'Choose a run with a probe.');
  const { rows, byModel } = pair(table, [model]);
  return {
    scores: Array.from(byModel[0] ?? [], (place) => scores[place * model.classes.length + column] ?? 0),
    hits: Array.from(rows, (row) => (table.truth[row] === code ? 1 : 0)),
    positive,
  };
}

function lackOf({ n, positives }: ThresholdCurve): string | null {
  if (n < MIN_ROWS) return `insufficient evidence (n ${n}, needs ${MIN_ROWS})`;
  const least = Math.min(positives, n - positives);
  return least < MIN_BASE ? `insufficient evidence (${least} of one label, needs ${MIN_BASE})` : null;
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
