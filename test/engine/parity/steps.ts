import type { RunConfig } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../../main/core/rng.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import type { HostTensors } from '../../../main/engine/method.ts';
import { compileTraining } from '../../../main/engine/pretrainRun.ts';
import type { methods } from '../../../main/engine/registries.ts';
import { codesOf } from '../../../main/engine/trainingData.ts';
import { trainingInputs } from '../../../main/engine/trainingStep.ts';
import { tinyConfig, tinyDataOf } from '../tiny.ts';

export const STEPS = 20;
/** Low, because rounding differs between engines and tiny batches amplify it: one ReLU that flips changes every later loss. */
const LEARNING_RATE = 0.01;
/** Lower still where rounding grows fastest: losses that divide by deviations of 8 samples, or by a temperature of 0.1. */
const LOWER: Readonly<Record<string, number>> = { barlowTwins: 3e-4, vicreg: 3e-4, moco: 3e-4 };

/** The learning rate at which a method's 20 steps are compared. */
export function parityRate(method: string): number {
  return LOWER[method] ?? LEARNING_RATE;
}

/** What a number of training steps came to. */
export interface Trained {
  readonly losses: readonly number[];
  readonly state: HostTensors;
}

/** Takes steps of a method on a tiny data set, the same on every engine. */
export async function trainSteps(
  engine: Engine,
  method: keyof typeof methods,
  changes: Partial<RunConfig> = {},
  learningRate = parityRate(method),
  steps = STEPS,
  data = tinyDataOf(method, { side: 6 }),
): Promise<Trained> {
  const config = tinyConfig(method, changes);
  const { setup, step, state } = await compileTraining(engine, { config, data });
  const rng = Rng.stream(config.seed, 'views');
  const losses: number[] = [];
  for (let index = 0; index < steps; index++) {
    const first = (index * config.batchSize) % data.splits.pretrain.length;
    const indices = data.splits.pretrain.slice(first, first + config.batchSize);
    const scalars = { learningRate, step: index + 1, progress: index / STEPS, lossScale: 256 };
    const samples = data.read(indices);
    const inputs = trainingInputs(
      setup,
      samples,
      codesOf(data.target, indices),
      rng,
      scalars,
      data.captions?.(indices),
    );
    losses.push((await step.run(state, inputs))['loss']?.data[0] ?? NaN);
  }
  const result = { losses, state: await state.read() };
  await step.dispose();
  state.dispose();
  return result;
}

/** The largest relative difference between two courses of the loss; NaN if their lengths differ. */
export function largestDeviation(losses: readonly number[], expected: readonly number[]): number {
  if (losses.length !== expected.length) return NaN;
  return Math.max(...losses.map((loss, index) => Math.abs(loss / (expected[index] ?? NaN) - 1)));
}
