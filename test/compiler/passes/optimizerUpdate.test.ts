import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import type { Graph } from '../../../main/compiler/graph.ts';
import { graphText } from '../../../main/compiler/graphText.ts';
import { optimizerUpdate } from '../../../main/compiler/passes/optimizerUpdate.ts';
import type { StepTensors } from '../../../main/compiler/index.ts';
import { traceStep } from '../../../main/compiler/trace.ts';
import { adamState, adamStep, filled } from '../../bench/model.ts';
import { cleaned, context, count, ops, record, run } from './harness.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const onProcessor = { ...context, processor: true };
const slope = (value: StepTensors, key: string): tf.Tensor => (value[key] as tf.Tensor).square().sum();

/** A step that moves vectors of these lengths down the gradient of a loss, with momentum. */
async function momentum(lengths: Readonly<Record<string, number>>): Promise<Graph> {
  const keys = Object.keys(lengths);
  const shapes = (prefix: string) =>
    keys.map((key) => [`${prefix}/${key}`, { shape: [lengths[key] as number], dtype: 'float32' as const }]);
  const state = Object.fromEntries([...shapes('p'), ...shapes('v')]) as StepShapes;
  const step = (held: StepTensors) => {
    const next: Record<string, tf.Tensor> = {};
    for (const key of keys) {
      const value = held[`p/${key}`] as tf.Tensor1D;
      const gradient = tf.grad((own) => tf.cumsum(own).square().sum())(value);
      const speed = (held[`v/${key}`] as tf.Tensor).mul(0.9).add(gradient);
      next[`v/${key}`] = speed;
      next[`p/${key}`] = value.sub(speed.mul(0.1));
    }
    return { state: next, outputs: {} };
  };
  return cleaned((await traceStep(step, { state, inputs: {} }, 'momentum')).graph);
}

type StepShapes = Record<string, { shape: number[]; dtype: 'float32' }>;

/** Both graphs give the same bits. */
function expectSameBits(before: Graph, after: Graph): void {
  expect([...run(after)]).toEqual([...run(before)]);
}

test('vectors of three lengths are moved as one', async () => {
  const before = await momentum({ a: 3, b: 5, c: 2, d: 3 });
  const after = optimizerUpdate(before, onProcessor);
  expect(['Mul', 'Add', 'Sub'].map((op) => count(before, op))).toEqual([12, 4, 4]);
  const whole = graphText(after)
    .split('\n')
    .filter((line) => line.endsWith('[13]'));
  const named = whole.map((line) => /= (\w+)/.exec(line)?.[1]);
  expect(named).toEqual(['Concat', 'Mul', 'Concat', 'Add', 'Concat', 'Mul', 'Sub']);
  expect(count(after, 'Split')).toBe(8);
  expectSameBits(before, after);
});

test('AdamW over many small tensors: one update, the same bits, nothing for large ones', async () => {
  const small = Array.from({ length: 6 }, (_, i) => [`p/${i}`, filled([4 + i], 0.5 + i)] as const);
  const state = adamState({ ...Object.fromEntries(small), 'p/large': filled([80, 80], 0.1) });
  const signature = {
    state: Object.fromEntries(
      Object.entries(state).map(([key, { shape }]) => [
        key,
        { shape: [...shape], dtype: 'float32' as const },
      ]),
    ),
    inputs: {},
  };
  const loss = (held: StepTensors): tf.Scalar =>
    Object.keys(held)
      .reduce((sum, key) => sum.add(slope(held, key)), tf.scalar(0) as tf.Tensor)
      .asScalar();
  const step = (held: StepTensors) => adamStep(held, loss, 1e-3, 1e-2);
  const before = cleaned((await traceStep(step, signature, 'adam')).graph);
  const after = optimizerUpdate(before, onProcessor);
  const roots = (graph: Graph): number => count(graph, 'Sqrt');
  expect([roots(before), roots(after)]).toEqual([8, 3]);
  expectSameBits(before, after);
});

test('few, large, broadcast or differently formed updates stay as they are', async () => {
  for (const lengths of [{ a: 3 }, { a: 3, b: 3 }, { a: 5000, b: 5000, c: 5000, d: 5000, e: 5000 }])
    await momentum(lengths).then((graph) =>
      expect(graphText(optimizerUpdate(graph, onProcessor))).toBe(graphText(graph)),
    );
  const graph = cleaned(
    await record({ x: [4, 3], b: [3] }, ({ x, b }) =>
      (x as tf.Tensor)
        .add(b as tf.Tensor)
        .mul(2)
        .sqrt(),
    ),
  );
  expect(ops(optimizerUpdate(graph, onProcessor))).toEqual(ops(graph));
});

test('other devices keep the updates apart', async () => {
  const before = await momentum({ a: 3, b: 5, c: 2, d: 3 });
  expect(optimizerUpdate(before, context)).toBe(before);
});
