import type { Rng } from '../core/rng.ts';
import { rowMeasurer } from './groupMeasures.ts';
import { crossed, renumber } from './groups.ts';
import { POSITIVE, SELECTED } from './outcomes.ts';
import { shuffleClasses, worthCounting } from './shuffleClasses.ts';
import { shuffleStream } from './shuffleInput.ts';
import type { ShuffleInput, ShuffleVisit } from './shuffleInput.ts';

/**
 * Shuffles group membership and measures again, so that one sees what no effect looks like. What is shuffled are units: all rows
 * of a subject that share group and stratum. Where a subject belongs to several groups its parts are shuffled apart, which makes the null wider, not narrower.
 * With the stratification `prediction` there must be one model, because each model has its own predictions.
 */
export function shuffleGroups(input: ShuffleInput, visit: ShuffleVisit): void {
  const strata = strataOf(input);
  if (worthCounting(input, strata)) shuffleClasses(input, strata, visit);
  else shuffleUnits(input, strata, visit);
}

/** Stratum of each row, 0 or 1. */
function strataOf({ models, stratification, grouping }: ShuffleInput): Uint8Array {
  const bit = stratification === 'label' ? POSITIVE : stratification === 'prediction' ? SELECTED : 0;
  return Uint8Array.from(grouping.of, (_, row) => ((models[0]?.codes[row] ?? 0) & bit ? 1 : 0));
}

function shuffleUnits(input: ShuffleInput, strata: Uint8Array, visit: ShuffleVisit): void {
  const units = unitsOf(input, strata);
  const labels = units.labels.slice();
  const groups = new Int32Array(input.grouping.of.length);
  const size = input.grouping.groups.length;
  const measurers = input.models.map((model) => rowMeasurer(model, size, input.metrics));
  for (let draw = 0; draw < input.draws; draw++) {
    labels.set(units.labels);
    shuffleStrata(labels, units.ends, shuffleStream(input, draw));
    for (let row = 0; row < groups.length; row++) groups[row] = labels[units.of[row] ?? 0] ?? 0;
    measurers.forEach((measurer, model) => visit(draw, model, measurer(groups)));
  }
}

interface Units {
  /** Unit of each row. */
  readonly of: Int32Array;
  /** Group of each unit; units of one stratum are neighbours. */
  readonly labels: Int32Array;
  /** End of each stratum within the units. */
  readonly ends: readonly number[];
}

function unitsOf({ grouping, subjects }: ShuffleInput, strata: Uint8Array): Units {
  const parts = crossed(subjects.of, grouping.of, grouping.groups.length);
  const count = parts.reduce((most, part) => Math.max(most, part), -1) + 1;
  const of = renumber(parts.map((part, row) => (strata[row] ?? 0) * count + part));
  const total = of.reduce((most, unit) => Math.max(most, unit), -1) + 1;
  const labels = new Int32Array(total);
  let firstStratum = 0;
  of.forEach((unit, row) => {
    labels[unit] = grouping.of[row] ?? 0;
    if (strata[row] === 0) firstStratum = Math.max(firstStratum, unit + 1);
  });
  return { of, labels, ends: [firstStratum, total] };
}

function shuffleStrata(labels: Int32Array, ends: readonly number[], rng: Rng): void {
  let start = 0;
  for (const end of ends) {
    for (let i = end - 1; i > start; i--) {
      const j = start + Math.floor(rng.uniform() * (i - start + 1));
      const kept = labels[i] ?? 0;
      labels[i] = labels[j] ?? 0;
      labels[j] = kept;
    }
    start = end;
  }
}
