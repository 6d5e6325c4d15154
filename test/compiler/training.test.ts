import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { compileStep, StateStore } from '../../main/compiler/index.ts';
import { smallNetInputs, smallNetState, smallNetStep, specsOf, toTensors } from './steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function compiledLosses(count: number): Promise<{ losses: number[]; store: StateStore }> {
  const inputs = smallNetInputs();
  const step = await compileStep(smallNetStep, { state: specsOf(smallNetState()), inputs: specsOf(inputs) });
  const store = StateStore.from(smallNetState());
  const losses: number[] = [];
  for (let index = 0; index < count; index++) {
    losses.push(((await step.run(store, inputs))['loss']?.data[0] ?? NaN) as number);
  }
  await step.dispose();
  return { losses, store };
}

test('twenty steps of a small network with batch norm follow the cpu kernels to 1e-3', async () => {
  const { losses } = await compiledLosses(20);
  let state = toTensors(smallNetState());
  const inputs = toTensors(smallNetInputs());
  for (const loss of losses) {
    const result = smallNetStep(state, inputs);
    state = { ...result.state };
    const reference = result.outputs['loss']?.dataSync()[0] ?? NaN;
    expect(Math.abs(loss - reference)).toBeLessThan(1e-3 * Math.abs(reference));
  }
  expect(losses[19]).toBeLessThan(losses[0] as number);
});

test('the same steps give the same bits', async () => {
  const first = await compiledLosses(5);
  const second = await compiledLosses(5);
  expect(first.losses).toEqual(second.losses);
  expect(await first.store.read()).toEqual(await second.store.read());
});
