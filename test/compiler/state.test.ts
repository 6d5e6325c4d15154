import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { compileStep, StateStore } from '../../main/compiler/index.ts';
import { filled, host, specsOf } from './steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const initial = { w: host([64], 3), step: filled([], 0) };

async function counter(): Promise<Awaited<ReturnType<typeof compileStep>>> {
  const signature = { state: specsOf(initial), inputs: {} };
  return compileStep((state) => {
    const next = { w: (state['w'] as tf.Tensor).mul(2), step: (state['step'] as tf.Tensor).add(1) };
    return { state: next, outputs: { old: state['w'] as tf.Tensor } };
  }, signature);
}

test('a replaced state gives its memory back at once', async () => {
  const step = await counter();
  const store = StateStore.from(initial);
  const old = store.peek('w');
  await step.run(store, {});
  expect('data' in old ? old.data.length : null).toBe(0);
  expect(initial.w.data.length).toBe(64);
  await step.dispose();
});

test('what was read, and what a step returned, stays as it was', async () => {
  const step = await counter();
  const store = StateStore.from(initial);
  const outputs = await step.run(store, {});
  const read = (await store.read())['w'];
  const doubled = initial.w.data.map((value) => 2 * value);
  for (let index = 0; index < 3; index++) await step.run(store, {});
  expect(outputs['old']?.data).toEqual(initial.w.data);
  expect(read?.data).toEqual(doubled);
  expect((await store.read())['step']?.data[0]).toBe(4);
  await step.dispose();
});
