import { Rng } from '../core/rng.ts';
import { measureTallies, tallyGroups } from './groupMeasures.ts';
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
  // Only rows on which the models differ move anything.
  const moving = Int32Array.from(a.codes.keys()).filter((row) => a.codes[row] !== b.codes[row]);
  const observed = models.map((model) => tallied(model, grouping));
  const mixed = models.map(() => new Int32Array(groups * OUTCOMES));
  const [mixedA = new Int32Array(0), mixedB = new Int32Array(0)] = mixed;
  const swapped = new Uint8Array(subjects.count);
  for (let draw = 0; draw < draws; draw++) {
    const rng = Rng.stream(seed, `swap/${draw}`);
    for (let subject = 0; subject < swapped.length; subject++) swapped[subject] = rng.uint32() >>> 31;
    mixed.forEach((one, model) => one.set(observed[model] ?? one));
    for (const row of moving) {
      if (swapped[subjects.of[row] ?? 0] === 0) continue;
      const at = (grouping.of[row] ?? 0) * OUTCOMES;
      move(mixedA, at, a.codes[row] ?? 0, b.codes[row] ?? 0);
      move(mixedB, at, b.codes[row] ?? 0, a.codes[row] ?? 0);
    }
    visit(draw, [
      measureTallies(mixedA, groups, a.binary, metrics),
      measureTallies(mixedB, groups, b.binary, metrics),
    ]);
  }
}

function tallied(model: Outcomes, grouping: Grouping): Int32Array {
  const tallies = new Int32Array(grouping.groups.length * OUTCOMES);
  tallyGroups(tallies, grouping.of, model.codes);
  return tallies;
}

function move(tallies: Int32Array, at: number, from: number, to: number): void {
  tallies[at + from] = (tallies[at + from] ?? 0) - 1;
  tallies[at + to] = (tallies[at + to] ?? 0) + 1;
}
