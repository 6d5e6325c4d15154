import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { compileStep, StateStore } from '../../main/compiler/index.ts';
import { numbers } from './steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const ROWS = 60_000;
const CLASSES = 50;
const WIDTH = 16;
const signature = {
  state: {},
  inputs: {
    x: { shape: [ROWS, WIDTH], dtype: 'float32' as const },
    ids: { shape: [ROWS], dtype: 'int32' as const },
  },
};
const inputs = {
  x: { ...signature.inputs.x, data: numbers(ROWS * WIDTH, 5) },
  ids: {
    ...signature.inputs.ids,
    data: Int32Array.from({ length: ROWS }, (_, row) => (row * 7919) % CLASSES),
  },
};

/** Sums of a million numbers into few rows: where threads wrote to one row at once, bits would change from run to run. */
test.each([1, 2, 4])('large scatters give the same bits on repeated runs, %d threads', async (threads) => {
  const step = await compileStep(
    (_, { x, ids }) => ({
      state: {},
      outputs: { y: tf.unsortedSegmentSum(x as tf.Tensor, ids as tf.Tensor1D, CLASSES) },
    }),
    signature,
    { threads },
  );
  const runs: (Float32Array | undefined)[] = [];
  for (let index = 0; index < 8; index++) {
    runs.push((await step.run(StateStore.from({}), inputs))['y']?.data as Float32Array);
  }
  await step.dispose();
  for (const run of runs) expect(run).toEqual(runs[0]);
  const expected = new Float64Array(CLASSES * WIDTH);
  inputs.x.data.forEach((value, index) => {
    const row = inputs.ids.data[Math.floor(index / WIDTH)] as number;
    const cell = row * WIDTH + (index % WIDTH);
    expected[cell] = (expected[cell] as number) + value;
  });
  expected.forEach((value, index) => expect(Math.abs(value - (runs[0]?.[index] ?? NaN))).toBeLessThan(1e-2));
});
