import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';

import { onCpu, onOnnx, worst } from './compare.ts';
import type { ValueCase } from './valueCases.ts';
import * as cases from './valueCases.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const families = Object.entries(cases).filter((entry): entry is [string, readonly ValueCase[]] =>
  Array.isArray(entry[1]),
);

for (const [family, list] of families) {
  describe(family, () => {
    test.each(list)('$name', async ({ run, inputs }) => {
      const expected = onCpu(run, inputs);
      const actual = await onOnnx(run, inputs);
      expect([actual.dtype, ...actual.shape]).toEqual([expected.dtype, ...expected.shape]);
      expect(
        worst(actual.data, expected.data),
        `${actual.data.join(' ')} against ${expected.data.join(' ')}`,
      ).toBeLessThan(1e-5);
    });
  });
}
