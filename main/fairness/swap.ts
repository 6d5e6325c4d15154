import { Rng } from '../core/rng.ts';
import type { Grouping } from './groups.ts';
import type { CountMetric } from './metric.ts';
import type { Outcomes } from './outcomes.ts';
import { measurerOf } from './shuffle.ts';
import type { ShuffledValues } from './shuffle.ts';
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
  visit: (draw: number, values: readonly [ShuffledValues, ShuffledValues]) => void,
): void {
  const [a, b] = input.models;
  const mixed = [mutable(a), mutable(b)] as const;
  const measureA = measurerOf(mixed[0], input);
  const measureB = measurerOf(mixed[1], input);
  const swapped = new Uint8Array(input.subjects.count);
  for (let draw = 0; draw < input.draws; draw++) {
    const rng = Rng.stream(input.seed, `swap/${draw}`);
    for (let subject = 0; subject < swapped.length; subject++) swapped[subject] = rng.uint32() >>> 31;
    for (let row = 0; row < a.n; row++) {
      const swap = swapped[input.subjects.of[row] ?? 0] === 1;
      mixed[0].codes[row] = (swap ? b.codes[row] : a.codes[row]) ?? 0;
      mixed[1].codes[row] = (swap ? a.codes[row] : b.codes[row]) ?? 0;
    }
    visit(draw, [measureA(input.grouping.of), measureB(input.grouping.of)]);
  }
}

function mutable(model: Outcomes): Outcomes {
  return { n: model.n, binary: model.binary, codes: model.codes.slice(), score: null };
}
