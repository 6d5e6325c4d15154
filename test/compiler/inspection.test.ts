import { InferenceSession } from 'onnxruntime-node';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import type { Inspection } from '../../main/compiler/index.ts';
import { compileStep } from '../../main/compiler/index.ts';
import * as passes from '../../main/compiler/passes/registry.ts';
import { smallNetInputs, smallNetState, smallNetStep, specsOf } from './steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

async function inspected(): Promise<Inspection> {
  const seen: Inspection[] = [];
  const signature = { state: specsOf(smallNetState()), inputs: specsOf(smallNetInputs()) };
  const step = await compileStep(smallNetStep, signature, {
    name: 'small net',
    inspect: (graph) => seen.push(graph),
  });
  await step.dispose();
  expect(seen).toHaveLength(1);
  return seen[0] as Inspection;
}

test('the text says what every pass did and shows the graph before and after', async () => {
  const { text } = await inspected();
  const [account = '', recorded = '', compiled = ''] = text.split(/^(?=# )/m);
  for (const name of Object.keys(passes)) expect(account).toMatch(new RegExp(`^${name} +\\d+ -> \\d+`, 'm'));
  expect(account).toMatch(/^batchNorm .*ChannelAffine \+\d/m);
  expect(recorded).toContain('Conv2DFilterGradient(');
  expect(recorded).toContain('outputs/loss <- %');
  expect(compiled).not.toContain('Conv2DFilterGradient(');
  expect(compiled).toContain('next/w1 <- %');
});

test('the model file opens by itself, with the names of the step', async () => {
  const { model, name } = await inspected();
  const session = await InferenceSession.create(model);
  expect(name).toBe('small net');
  expect([...session.inputNames].sort()).toContain('state/w1');
  expect([...session.outputNames].sort()).toContain('outputs/loss');
  await session.release();
});
