import { Rng } from '../core/rng.ts';
import type { Sums } from './cells.ts';
import { measureTallies, sumsOf, tallyGroups } from './groupMeasures.ts';
import type { GroupValuesByMetric } from './groupMeasures.ts';
import type { Grouping } from './groups.ts';
import type { CountMetric } from './metric.ts';
import { OUTCOMES } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';
import type { Subjects } from './subjects.ts';

/** Two models on the same rows, and what is measured of both. */
export interface SwapInput {
  readonly grouping: Grouping;
  readonly subjects: Subjects;
  readonly models: readonly [Outcomes, Outcomes];
  readonly metrics: readonly CountMetric[];
  readonly draws: number;
  readonly seed: number;
}

/**
 * Swaps the two models' predictions for a random half of the subjects and measures again: what it looks like if it makes no
 * difference which model predicts (paired permutation test). It holds for statistics that carry no ordinary interval.
 */
export function swapModels(
  input: SwapInput,
  visit: (draw: number, values: readonly [GroupValuesByMetric, GroupValuesByMetric]) => void,
): void {
  const { grouping, subjects, models, metrics, draws, seed } = input;
  const [a, b] = models;
  const groups = grouping.groups.length;
  const observed = models.map((model) => tallied(model, grouping));
  const mixed = [
    sumsOf(weightsOf(models), groups * OUTCOMES),
    sumsOf(weightsOf(models), groups * OUTCOMES),
  ] as const;
  const weights = weightsOf(models);
  const swap =
    subjects.repeated || weights !== null ? subjectSwapper(input, mixed) : rowSwapper(input, mixed);
  for (let draw = 0; draw < draws; draw++) {
    mixed.forEach((one, model) => one.set(observed[model] ?? one));
    swap(Rng.stream(seed, `swap/${draw}`));
    visit(draw, [
      measureTallies(mixed[0], groups, a.binary, metrics),
      measureTallies(mixed[1], groups, b.binary, metrics),
    ]);
  }
}

type Mixed = readonly [Sums, Sums];

/** Weights belong to rows: both models have the same. */
function weightsOf([model]: SwapInput['models']): Float64Array | null {
  return model.weights ?? null;
}

/** Swaps whole subjects. Only rows on which the models differ move anything. */
function subjectSwapper({ grouping, subjects, models: [a, b] }: SwapInput, mixed: Mixed): (rng: Rng) => void {
  const moving = Int32Array.from(a.codes.keys()).filter((row) => a.codes[row] !== b.codes[row]);
  const swapped = new Uint8Array(subjects.count);
  return (rng) => {
    for (let subject = 0; subject < swapped.length; subject++) swapped[subject] = rng.uint32() >>> 31;
    for (const row of moving) {
      if (swapped[subjects.of[row] ?? 0] === 1)
        move(
          mixed,
          (grouping.of[row] ?? 0) * OUTCOMES,
          a.codes[row] ?? 0,
          b.codes[row] ?? 0,
          a.weights?.[row] ?? 1,
        );
    }
  };
}

/** Where every row is a subject of its own, rows of one group with the same two outcomes are counted: half of them, give or take chance, swap. */
function rowSwapper({ grouping, models: [a, b] }: SwapInput, mixed: Mixed): (rng: Rng) => void {
  const counts = new Int32Array(grouping.groups.length * OUTCOMES * OUTCOMES);
  grouping.of.forEach((group, row) => {
    const at = (group * OUTCOMES + (a.codes[row] ?? 0)) * OUTCOMES + (b.codes[row] ?? 0);
    if (a.codes[row] !== b.codes[row]) counts[at] = (counts[at] ?? 0) + 1;
  });
  return (rng) => {
    counts.forEach((count, at) => {
      if (count === 0) return;
      const group = Math.floor(at / (OUTCOMES * OUTCOMES));
      const from = Math.floor(at / OUTCOMES) % OUTCOMES;
      move(mixed, group * OUTCOMES, from, at % OUTCOMES, heads(rng, count));
    });
  };
}

/** Heads among so many tosses of a coin. */
function heads(rng: Rng, tosses: number): number {
  let sum = 0;
  for (let left = tosses; left > 0; left -= 32)
    sum += ones(left >= 32 ? rng.uint32() : rng.uint32() >>> (32 - left));
  return sum;
}

/** Bits that are set in 32. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function tallied(model: Outcomes, grouping: Grouping): Sums {
  const weights = model.weights ?? null;
  const tallies = sumsOf(weights, grouping.groups.length * OUTCOMES);
  tallyGroups(tallies, grouping.of, model.codes, weights);
  return tallies;
}

/** Lets `times` rows change sides: outcome `from` of the first model and `to` of the second are exchanged. */
function move([first, second]: Mixed, at: number, from: number, to: number, times: number): void {
  first[at + from] = (first[at + from] ?? 0) - times;
  first[at + to] = (first[at + to] ?? 0) + times;
  second[at + to] = (second[at + to] ?? 0) - times;
  second[at + from] = (second[at + from] ?? 0) + times;
}
