import { createHash } from 'node:crypto';

import * as tf from '@tensorflow/tfjs';

import { compileStep, StateStore } from '../../main/compiler/index.ts';
import { smallNetInputs, smallNetState, smallNetStep, specsOf } from './steps.ts';

/** Digest of the state after five steps of the small network on two threads. */
export async function digest(): Promise<string> {
  await tf.setBackend('cpu');
  const inputs = smallNetInputs();
  const signature = { state: specsOf(smallNetState()), inputs: specsOf(inputs) };
  const step = await compileStep(smallNetStep, signature, { threads: 2 });
  const store = StateStore.from(smallNetState());
  for (let index = 0; index < 5; index++) await step.run(store, inputs);
  const hash = createHash('sha256');
  for (const tensor of Object.values(await store.read())) hash.update(tensor.data);
  await step.dispose();
  return hash.digest('hex');
}

if (import.meta.main) process.stdout.write(`${await digest()}\n`);
