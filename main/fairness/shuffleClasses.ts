import { Rng } from '../core/rng.ts';
import { renumber } from './groups.ts';
import { hypergeometric, logFactorials } from './hypergeometric.ts';
import { OUTCOMES } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';
import type { Strata } from './shuffle.ts';
import { shuffleStreamName } from './shuffleInput.ts';
import type { ShuffleInput } from './shuffleInput.ts';

/** Rows that no count tells apart: of one stratum, with the same outcome for every model. */
interface Class {
  readonly stratum: number;
  readonly size: number;
  /** Outcome of each model. */
  readonly codes: readonly number[];
}

/** Drawing one number of a table costs about as much as shuffling so many rows. */
const COST = 30;
/** Joint outcomes of more models than this do not fit the key. */
const MAX_MODELS = 8;

/** True if shuffling can be done by drawing the table class x group: every row a subject of its own, counts alone, few classes. */
export function worthCounting(
  { subjects, models, metrics, grouping }: ShuffleInput,
  strata: Strata,
): boolean {
  if (subjects.repeated || models.length > MAX_MODELS) return false;
  if (metrics.some((metric) => metric.kind !== 'count') || models.some((model) => model.weights != null))
    return false;
  const classes = new Set(classKeys(models, strata)).size;
  return classes * grouping.groups.length * COST < grouping.of.length;
}

/**
 * The same distribution as shuffling rows, without rows: with the sizes of groups and classes fixed, the table class x group is
 * multivariate hypergeometric within each stratum. The visitor is told how often each outcome occurs in each group, model by model [groups * 8].
 */
export function shuffleClasses(
  input: ShuffleInput,
  strata: Strata,
  visit: (draw: number, tallies: readonly Int32Array[]) => void,
): void {
  const { grouping, models, draws, seed } = input;
  const groups = grouping.groups.length;
  const classes = classesOf(models, strata);
  const sizes = [0, 1].map((stratum) => groupSizes(grouping.of, strata, stratum, groups));
  const table = logFactorials(grouping.of.length);
  const tallies = models.map(() => new Int32Array(groups * OUTCOMES));
  for (let draw = input.from ?? 0; draw < draws; draw++) {
    for (const one of tallies) one.fill(0);
    const rng = Rng.stream(seed, shuffleStreamName(input, draw));
    const left = sizes.map((one) => one.slice());
    for (const one of classes) place(one, left[one.stratum] ?? new Int32Array(0), tallies, rng, table);
    visit(draw, tallies);
  }
}

/** Spreads the rows of a class over the places that its stratum's groups have left. */
function place(
  one: Class,
  left: Int32Array,
  tallies: readonly Int32Array[],
  rng: Rng,
  table: Float64Array,
): void {
  let rows = one.size;
  let places = left.reduce((sum, count) => sum + count, 0);
  for (let group = 0; group < left.length && rows > 0; group++) {
    const free = left[group] ?? 0;
    const taken = hypergeometric(rng, places, free, rows, table);
    places -= free;
    rows -= taken;
    left[group] = free - taken;
    tallies.forEach((tally, model) => {
      const at = group * OUTCOMES + (one.codes[model] ?? 0);
      tally[at] = (tally[at] ?? 0) + taken;
    });
  }
}

function classKeys(models: readonly Outcomes[], strata: Strata): Int32Array {
  return Int32Array.from(strata, (stratum, row) =>
    models.reduce((key, model) => key * OUTCOMES + (model.codes[row] ?? 0), stratum),
  );
}

function classesOf(models: readonly Outcomes[], strata: Strata): readonly Class[] {
  const of = renumber(classKeys(models, strata));
  const found: { stratum: number; size: number; codes: readonly number[] }[] = [];
  of.forEach((at, row) => {
    const one = found[at] ?? {
      stratum: strata[row] ?? 0,
      size: 0,
      codes: models.map((model) => model.codes[row] ?? 0),
    };
    one.size++;
    found[at] = one;
  });
  return found;
}

function groupSizes(of: Int32Array, strata: Strata, stratum: number, groups: number): Int32Array {
  const sizes = new Int32Array(groups);
  of.forEach((group, row) => {
    if (strata[row] === stratum) sizes[group] = (sizes[group] ?? 0) + 1;
  });
  return sizes;
}
