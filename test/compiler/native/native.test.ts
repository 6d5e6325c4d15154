import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';

import { compileStep, StateStore } from '../../../main/compiler/index.ts';
import type { HostTensor } from '../../../main/compiler/index.ts';
import { tensorflow } from '../../../main/engine/backends/tensorflow.ts';
import { worst } from '../compare.ts';
import type { KernelCase } from '../kernelCases.ts';
import * as families from '../kernelFamilies.ts';
import { inputsOf, stepOf } from '../kernelRuns.ts';
import { specsOf, toTensors } from '../steps.ts';
import { lacking } from './lacking.ts';

const native = await tensorflow.probe();
if (!native.works) console.log(`skipped: kernels on tensorflow, because ${native.missing}`);

const cases = Object.entries(families as Readonly<Record<string, readonly KernelCase[]>>).flatMap(
  ([family, list]) => list.map((kernelCase) => [`${family}: ${kernelCase.name}`, kernelCase] as const),
);

/** The step on TensorFlow's own kernels, one operation after the other. */
function onTensorFlow(kernelCase: KernelCase): Record<string, HostTensor['data']> {
  return tf.tidy(() => {
    const { outputs } = stepOf(kernelCase)({}, toTensors(inputsOf(kernelCase)));
    return Object.fromEntries(
      Object.entries(outputs).map(([key, tensor]) => [key, tensor.dataSync() as Float32Array]),
    );
  });
}

async function compiled(kernelCase: KernelCase): Promise<Record<string, HostTensor>> {
  const inputs = inputsOf(kernelCase);
  const step = await compileStep(stepOf(kernelCase), { state: {}, inputs: specsOf(inputs) }, { threads: 1 });
  try {
    return await step.run(StateStore.from({}), inputs);
  } finally {
    await step.dispose();
  }
}

const here = native.works ? cases : [];
if (!native.works) test.skip(`kernels on tensorflow (skipped: ${native.missing})`);

describe.skipIf(!native.works)('kernels and gradients as compiled and on native TensorFlow', () => {
  beforeAll(async () => {
    await tensorflow.activate({ device: native.devices[0]?.id ?? 'cpu', threads: 0 });
    await tf.setBackend('tensorflow');
  });

  test.each(here.filter(([name]) => !(name in lacking)))('%s', async (_name, kernelCase) => {
    const expected = onTensorFlow(kernelCase);
    const actual = await compiled(kernelCase);
    for (const [key, values] of Object.entries(expected))
      expect(worst(actual[key]?.data ?? [], values), key).toBeLessThan(1e-3);
  });

  test.each(here.filter(([name]) => name in lacking))('%s is beyond the binding', (name, kernelCase) => {
    expect(() => onTensorFlow(kernelCase)).toThrow(lacking[name]);
  });
});
