/** Runs every kernel case with its gradients on the processor and on WebGPU; prints the largest differences as JSON. */
import * as tf from '@tensorflow/tfjs';

import type { HostTensor } from '../../../main/compiler/index.ts';
import { compileStep, StateStore } from '../../../main/compiler/index.ts';
import { worst } from '../compare.ts';
import { inputsOf, stepOf } from '../kernelRuns.ts';
import { specsOf } from '../steps.ts';
import { deviceCases } from './cases.ts';
import type { NamedCase } from './cases.ts';

console.warn = () => undefined;
await tf.setBackend('cpu');

async function outputsOn(device: 'cpu' | 'webgpu', own: NamedCase): Promise<Record<string, HostTensor>> {
  const inputs = inputsOf(own.kernelCase);
  const step = await compileStep(
    stepOf(own.kernelCase),
    { state: {}, inputs: specsOf(inputs) },
    { device, threads: 1 },
  );
  try {
    return await step.run(StateStore.from({}), inputs);
  } finally {
    await step.dispose();
  }
}

/** Largest difference of any output, or the message of the error that came instead. */
async function difference(own: NamedCase): Promise<number | string> {
  try {
    const [expected, actual] = [await outputsOn('cpu', own), await outputsOn('webgpu', own)];
    const errors = Object.entries(expected).map(([key, { data }]) => worst(actual[key]?.data ?? [], data));
    return Math.max(...errors);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const results: Record<string, number | string> = {};
for (const own of deviceCases) results[`${own.family}: ${own.kernelCase.name}`] = await difference(own);
process.stdout.write(JSON.stringify(results), () => process.exit(0));
