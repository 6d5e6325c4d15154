import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { defaultsOf } from '../../../main/core/params.ts';
import type { Optimizer } from '../../../main/engine/optimizer.ts';
import { adamW } from '../../../main/engine/optimizers/adamW.ts';
import { sgdMomentum } from '../../../main/engine/optimizers/sgdMomentum.ts';
import { signatureOf } from '../../../main/engine/trainingStep.ts';
import reference from '../reference/torch.json' with { type: 'json' };
import { largestDifference, tensorOf, wave } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';

/** Five updates with gradients from a formula, as the reference script makes them. */
async function fiveUpdates(
  optimizer: Optimizer,
  params: Readonly<Record<string, number | boolean>>,
  decay = true,
) {
  const all = { ...defaultsOf(optimizer.params), ...params };
  const engine = await referenceEngine();
  const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, tensorOf([2, 3], () => 0)]));
  const initial = { value: wave([2, 3]), ...slots };
  const state = await engine.createState(initial);
  const inputsAt = (step: number) => ({
    gradient: wave([2, 3], 0.3, step),
    ...Object.fromEntries(
      Object.entries({ learningRate: 0.1, ...optimizer.scalars(all, step + 1) }).map(([name, v]) => [
        name,
        tensorOf([], () => v),
      ]),
    ),
  });
  const update = (
    tensors: Readonly<Record<string, tf.Tensor>>,
    given: Readonly<Record<string, tf.Tensor>>,
  ) => {
    const { value, ...memory } = tensors as { value: tf.Tensor };
    const inputs = {
      value,
      gradient: given['gradient'] as tf.Tensor,
      slots: memory,
      learningRate: given['learningRate'] as tf.Scalar,
    };
    const moved = optimizer.update(all, { ...inputs, scalars: given, decay });
    return { state: { value: moved.value, ...moved.slots }, outputs: {} };
  };
  const step = await engine.compile(update, signatureOf(initial, inputsAt(0)), optimizer.id);
  for (let index = 0; index < 5; index++) await step.run(state, inputsAt(index));
  return [...((await state.read())['value']?.data ?? [])];
}

describe('optimisers agree with torch after five updates', () => {
  it('SGD with momentum and weight decay', async () => {
    const found = await fiveUpdates(sgdMomentum, { momentum: 0.9, weightDecay: 0.01 });
    expect(largestDifference(found, reference.optimizers.sgd)).toBeLessThan(1e-6);
  });
  it('SGD with Nesterov momentum', async () => {
    const found = await fiveUpdates(sgdMomentum, { momentum: 0.9, weightDecay: 0.01, nesterov: true });
    expect(largestDifference(found, reference.optimizers.nesterov)).toBeLessThan(1e-6);
  });
  it('AdamW', async () => {
    const found = await fiveUpdates(adamW, { weightDecay: 0.01 });
    expect(largestDifference(found, reference.optimizers.adamW)).toBeLessThan(1e-6);
  });
  it('leave weight decay out where it is not wanted', async () => {
    for (const optimizer of [sgdMomentum, adamW]) {
      const without = await fiveUpdates(optimizer, { weightDecay: 0 });
      expect(await fiveUpdates(optimizer, { weightDecay: 0.5 }, false)).toEqual(without);
      expect(await fiveUpdates(optimizer, { weightDecay: 0.5 }, true)).not.toEqual(without);
    }
  });
});
