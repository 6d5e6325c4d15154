import { measureTallies, rowMeasurer } from './groupMeasures.ts';
import { crossed, renumber } from './groups.ts';
import { POSITIVE, SELECTED } from './outcomes.ts';
import { shuffleClasses, worthCounting } from './shuffleClasses.ts';
import { shuffleStreamName } from './shuffleInput.ts';
import type { ShuffleInput, ShuffleVisit } from './shuffleInput.ts';
import { fillWords } from './words.ts';

/**
 * Shuffles group membership and measures again, so that one sees what no effect looks like. What is shuffled are units: all rows
 * of a subject that share group and stratum. Where a subject belongs to several groups its parts are shuffled apart, which makes the null wider, not narrower.
 * With the stratification `prediction` there must be one model, because each model has its own predictions.
 */
export function shuffleGroups(input: ShuffleInput, visit: ShuffleVisit): void {
  const strata = strataOf(input);
  if (!worthCounting(input, strata)) return shuffleUnits(input, strata, visit);
  const { grouping, metrics, models } = input;
  shuffleClasses(input, strata, (draw, tallies) =>
    tallies.forEach((one, model) =>
      visit(
        draw,
        model,
        measureTallies(one, grouping.groups.length, models[model]?.binary === true, metrics),
      ),
    ),
  );
}

/** Stratum of each row: 0 or 1; for metrics over classes the class of truth or prediction, counted from 1, with 0 for none. */
export function strataOf({ models, stratification, grouping, metrics }: ShuffleInput): Strata {
  const classes = metrics[0]?.kind === 'classes' ? models[0]?.classes : null;
  if (classes != null && stratification !== 'all')
    return Int32Array.from(stratification === 'label' ? classes.truth : classes.predicted, (code) =>
      Math.max(0, code + 1),
    );
  const bit = stratification === 'label' ? POSITIVE : stratification === 'prediction' ? SELECTED : 0;
  const codes = models[0]?.codes ?? new Uint8Array(0);
  const strata = new Uint8Array(grouping.of.length);
  for (let row = 0; row < strata.length; row++) strata[row] = (codes[row] ?? 0) & bit ? 1 : 0;
  return strata;
}

function shuffleUnits(input: ShuffleInput, strata: Strata, visit: ShuffleVisit): void {
  const units = unitsOf(input, strata);
  const groups = new Int32Array(input.grouping.of.length);
  const size = input.grouping.groups.length;
  const measurers = input.models.map((model) => rowMeasurer(model, size, input.metrics));
  shuffleLabels(input, units, (draw, labels) => {
    for (let row = 0; row < groups.length; row++) groups[row] = labels[units.of[row] ?? 0] ?? 0;
    measurers.forEach((measurer, model) => visit(draw, model, measurer(groups)));
  });
}

/** Shuffles the groups of units, draw by draw. */
export function shuffleLabels(
  input: ShuffleInput,
  units: Pick<Units, 'labels' | 'ends'>,
  visit: (draw: number, labels: Int32Array) => void,
): void {
  const labels = units.labels.slice();
  const words = new Uint32Array(labels.length);
  for (let draw = input.from ?? 0; draw < input.draws; draw++) {
    labels.set(units.labels);
    fillWords(words, input.seed, shuffleStreamName(input, draw));
    shuffleStrata(labels, units.ends, words);
    visit(draw, labels);
  }
}

/** Stratum of each row. */
export type Strata = Uint8Array | Int32Array;

/** Rows that are shuffled together. */
export interface Units {
  /** Unit of each row. */
  readonly of: Int32Array;
  /** Group of each unit; units of one stratum are neighbours. */
  readonly labels: Int32Array;
  /** End of each stratum within the units. */
  readonly ends: readonly number[];
}

/** All rows of a subject that share group and stratum. */
export function unitsOf({ grouping, subjects }: ShuffleInput, strata: Strata): Units {
  const parts = crossed(subjects.of, grouping.of, grouping.groups.length);
  const count = parts.reduce((most, part) => Math.max(most, part), -1) + 1;
  // As floating point: with many strata the product may pass 2^31.
  const of = renumber(Float64Array.from(parts, (part, row) => (strata[row] ?? 0) * count + part));
  const total = of.reduce((most, unit) => Math.max(most, unit), -1) + 1;
  const labels = new Int32Array(total);
  const ends = [0, 0];
  of.forEach((unit, row) => {
    labels[unit] = grouping.of[row] ?? 0;
    const stratum = strata[row] ?? 0;
    ends[stratum] = Math.max(ends[stratum] ?? 0, unit + 1);
  });
  // A stratum without rows ends where the one before it does.
  return {
    of,
    labels,
    ends: Array.from(ends, (_, at) => Math.max(0, ...ends.slice(0, at + 1).map((end) => end ?? 0))),
  };
}

function shuffleStrata(labels: Int32Array, ends: readonly number[], words: Uint32Array): void {
  let start = 0;
  for (const end of ends) {
    for (let i = end - 1; i > start; i--) {
      // Scaling 32 random bits is uneven by at most n / 2^32, far below the error of any number of draws.
      const j = start + Math.floor(((words[i] ?? 0) / 4294967296) * (i - start + 1));
      const kept = labels[i] ?? 0;
      labels[i] = labels[j] ?? 0;
      labels[j] = kept;
    }
    start = end;
  }
}
