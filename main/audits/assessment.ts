import { AppError } from '../../preload/contract/errors.ts';
import type { AuditOptions, PrimaryMetric } from '../../preload/contract/vocabulary.ts';
import { nearest } from '../core/nearest.ts';
import { cellsOf } from '../fairness/cells.ts';
import type { Cells } from '../fairness/cells.ts';
import { disparitiesOf } from '../fairness/disparities.ts';
import type { DisparityDefinition } from '../fairness/disparities.ts';
import type { Feature } from '../fairness/groups.ts';
import { divide } from '../fairness/intersections.ts';
import type { Metric } from '../fairness/metric.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import { metricFrame } from '../fairness/metricFrame.ts';
import type { FrameRow } from '../fairness/metricFrame.ts';
import { numericOutcomes, outcomesOf } from '../fairness/outcomes.ts';
import type { Outcomes } from '../fairness/outcomes.ts';
import { subjectsOf } from '../fairness/subjects.ts';
import type { Subjects } from '../fairness/subjects.ts';
import { pair } from './pairing.ts';
import type { Pairing } from './pairing.ts';
import type { AssessInput, AuditTable, ModelPredictions } from './table.ts';

/** An audit's input brought into the form in which everything is measured: shared rows, cells, outcomes. */
export interface Assessment {
  readonly options: AuditOptions;
  readonly metrics: readonly Metric[];
  readonly disparities: readonly DisparityDefinition[];
  readonly cells: Cells;
  readonly subjects: Subjects;
  readonly models: readonly Outcomes[];
  /** Point values by model and cell. */
  readonly frames: readonly (readonly FrameRow[])[];
  /** Index of the reference group of each grouping. */
  readonly references: readonly number[];
  /** The feature within whose values groups are compared too; null for none. */
  readonly control: Feature | null;
  readonly positive: string | null;
  readonly skipped: readonly string[];
  readonly leftOut: number;
}

/**
 * Pairs the models, divides the rows and measures every point value.
 * @throws AppError usage for an unknown metric, feature, class or group; invalidData where predictions do not fit
 */
export function prepare({ options, table, models }: AssessInput): Assessment {
  const pairing = pair(table, models);
  const { rows } = pairing;
  const features = [...new Set(options.features)].map((name) => featureOf(table, name));
  const ids = [...new Set([...options.metrics, ...(options.primary ? [options.primary.metric] : [])])];
  const metrics = ids.map(metricById);
  const chosen = features.map((feature) => atRows(feature, rows));
  checkPrimary(options.primary, chosen);
  checkReferences(options, chosen);
  const { groupings, skipped } = divide(chosen, options.intersections);
  const cells = cellsOf(groupings, rows.length);
  const given = table.subjects;
  const subjects = subjectsOf(given === null ? null : rows.map((row) => given[row] ?? 0), rows.length);
  const positive = positiveClass(options.positive, table);
  const weights = table.weights == null ? null : Float64Array.from(rows, weightAt(table.weights.values));
  const threshold = thresholdOf(options, table, rows);
  const outcomes = models.map((model, at) =>
    outcomesFor(model, at, pairing, table, { positive, threshold, weights }),
  );
  return {
    options,
    metrics,
    disparities: disparitiesOf(ids),
    cells,
    subjects,
    models: outcomes,
    frames: outcomes.map((model) => metricFrame(model, cells, subjects, metrics)),
    references: groupings.map((grouping) => referenceOf(grouping, options)),
    control: options.control == null ? null : atRows(featureOf(table, options.control), rows),
    positive: positive === null ? null : (table.classes[positive] ?? null),
    skipped,
    leftOut: pairing.leftOut,
  };
}

function atRows(feature: Feature, rows: Int32Array): Feature {
  return { ...feature, codes: rows.map((row) => feature.codes[row] ?? 0) };
}

function checkReferences({ references = {} }: AuditOptions, features: readonly Feature[]): void {
  for (const [name, value] of Object.entries(references)) {
    const feature = features.find((one) => one.name === name);
    if (!feature)
      throw usage(
        `A reference group is named of ${JSON.stringify(name)}, which is not among the audit's features.`,
        `Choose from ${features.map((one) => one.name).join(', ')}.`,
      );
    checkGroup(value, feature, 'The reference group is');
  }
}

/** The threshold, or that of each row where groups have their own. */
function thresholdOf(
  { threshold, groupThresholds }: AuditOptions,
  table: AuditTable,
  rows: Int32Array,
): number | Float64Array {
  if (groupThresholds == null) return threshold;
  const feature = featureOf(table, groupThresholds.feature);
  const byCode = feature.values.map((value) => groupThresholds.values[value] ?? threshold);
  return Float64Array.from(rows, (row) => byCode[feature.codes[row] ?? -1] ?? threshold);
}

function featureOf(table: AuditTable, name: string): AuditTable['sensitive'][number] {
  const known = table.sensitive.map((feature) => feature.name);
  const found = table.sensitive.find((feature) => feature.name === name);
  if (found) return found;
  const close = nearest(name, known);
  throw usage(
    `There is no sensitive feature ${JSON.stringify(name)} in this data.`,
    close === null ? `Choose from ${known.join(', ') || 'none'}.` : `Did you mean ${close}?`,
  );
}

function checkPrimary(primary: PrimaryMetric | null, features: readonly Feature[]): void {
  if (primary === null) return;
  const feature = features.find((one) => one.name === primary.feature);
  if (!feature)
    throw usage(
      `The primary metric compares groups of ${JSON.stringify(primary.feature)}, which is not among the audit's features.`,
      `Add it to the features, or choose from ${features.map((one) => one.name).join(', ')}.`,
    );
  if (
    (primary.group === null) !== (primary.reference === null) ||
    (primary.group !== null && primary.group === primary.reference)
  )
    throw usage(
      'The primary metric must name two different groups, a group and a reference, or neither.',
      'Name both, or neither to compare all groups.',
    );
  for (const value of [primary.group, primary.reference]) if (value !== null) checkGroup(value, feature);
}

function checkGroup(value: string, feature: Feature, what = 'The primary metric compares the group'): void {
  const code = feature.values.indexOf(value);
  if (code >= 0 && feature.codes.includes(code)) return;
  const present = feature.values.filter((_, at) => feature.codes.includes(at));
  throw usage(
    `${what} ${JSON.stringify(value)} of ${feature.name}, which no audited row belongs to.`,
    `Rows belong to ${present.join(', ')}.`,
  );
}

/** The chosen positive class; between two classes the last if none is chosen. */
function positiveClass(chosen: string | null, table: AuditTable): number | null {
  if (chosen === null) return table.classes.length === 2 ? 1 : null;
  const at = table.classes.indexOf(chosen);
  if (at >= 0) return at;
  throw usage(
    `The positive class ${JSON.stringify(chosen)} is not a class of ${table.target}.`,
    `Its classes are ${table.classes.join(', ')}.`,
  );
}

/** What decides outcomes besides truth and prediction. */
interface Decided {
  readonly positive: number | null;
  readonly threshold: number | Float64Array;
  readonly weights: Float64Array | null;
}

function weightAt(values: Float64Array): (row: number) => number {
  return (row) => values[row] ?? 0;
}

function outcomesFor(
  model: ModelPredictions,
  at: number,
  pairing: Pairing,
  table: AuditTable,
  { positive, threshold, weights }: Decided,
): Outcomes {
  const places = pairing.byModel[at] ?? new Int32Array(0);
  if (table.numbers != null) return numbersFor(model, pairing.rows, places, table.numbers, weights);
  const codeOf = model.classes.map((name) => table.classes.indexOf(name));
  return outcomesOf({
    classes: table.classes.length,
    truth: pairing.rows.map((row) => table.truth[row] ?? -1),
    // A class that the table does not know is a wrong prediction, not an error: no truth is -2.
    predicted: places.map((place) => {
      const code = codeOf[model.predicted[place] ?? -1] ?? -1;
      return code < 0 ? -2 : code;
    }),
    score: positive === null ? null : scoreOf(model, codeOf.indexOf(positive), places),
    positive,
    threshold: model.decided === true ? null : threshold,
    weights,
  });
}

function numbersFor(
  { name, numbers }: ModelPredictions,
  rows: Int32Array,
  places: Int32Array,
  truth: Float64Array,
  weights: Float64Array | null,
): Outcomes {
  if (numbers == null)
    throw new AppError({
      code: 'invalidData',
      message: `The target is a number, but ${name} predicts classes.`,
      hint: 'Audit models of numbers apart from models of classes.',
    });
  return numericOutcomes(
    Float64Array.from(rows, (row) => truth[row] ?? NaN),
    Float64Array.from(places, (place) => numbers[place] ?? NaN),
    weights,
  );
}

/** Scores of the class that the model has at `column`, for its rows `places`; null if it gave none. */
function scoreOf(model: ModelPredictions, column: number, places: Int32Array): Float64Array | null {
  const { positiveScore, scores, classes } = model;
  if (positiveScore != null) return Float64Array.from(places, (place) => positiveScore[place] ?? NaN);
  if (scores === null || column < 0) return null;
  return Float64Array.from(places, (place) => scores[place * classes.length + column] ?? NaN);
}

/** The declared reference, or the named one; otherwise the largest group whose values are known. */
function referenceOf(
  grouping: Cells['groupings'][number],
  { primary, references = {} }: AuditOptions,
): number {
  const [feature, ...others] = grouping.features;
  if (primary?.reference != null && others.length === 0 && feature === primary.feature) {
    const declared = grouping.groups.findIndex((group) => group[feature] === primary.reference);
    if (declared >= 0) return declared;
  }
  const named = grouping.groups.findIndex((group) =>
    grouping.features.every((name) => references[name] !== undefined && group[name] === references[name]),
  );
  if (named >= 0) return named;
  const known = grouping.groups.map((group) => !Object.values(group).includes('unknown'));
  const better = (a: number, b: number): boolean =>
    known[a] === known[b] ? (grouping.sizes[a] ?? 0) > (grouping.sizes[b] ?? 0) : known[a] === true;
  return grouping.groups.reduce((best, _, group) => (better(group, best) ? group : best), 0);
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
