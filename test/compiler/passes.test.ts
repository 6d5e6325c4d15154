import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';

import { blockSize } from '../../main/compiler/blockSize.ts';
import { evaluate } from '../../main/compiler/evaluate.ts';
import type { Graph } from '../../main/compiler/graph.ts';
import { nodesOf, sizeOf } from '../../main/compiler/graph.ts';
import type { Pass, PassContext } from '../../main/compiler/passes/pass.ts';
import * as passes from '../../main/compiler/passes/registry.ts';
import { hostValue } from '../../main/compiler/deviceValue.ts';
import { createSession } from '../../main/compiler/session.ts';
import { traceStep } from '../../main/compiler/trace.ts';
import { graphText } from '../../main/compiler/graphText.ts';
import { batchNorm, numbers } from './steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const context: PassContext = { blockSize: blockSize(), fold: evaluate };
const none: PassContext = { blockSize: 0, fold: null };

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** Records a function of float inputs. */
async function record(
  shapes: Readonly<Record<string, number[]>>,
  fn: (inputs: Inputs) => tf.Tensor,
): Promise<Graph> {
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => [key, { shape, dtype: 'float32' as const }]),
  );
  const step = (_: Inputs, x: Inputs) => ({ state: {}, outputs: { y: fn(x) } });
  return (await traceStep(step, { state: {}, inputs }, 'pass')).graph;
}

function run(graph: Graph): Map<string, number[]> {
  const lowered = passes.layout(graph, none);
  const feeds = new Map(
    nodesOf(lowered)
      .filter((node) => node.op === 'Input')
      .map((node) => {
        const name = String(node.attributes['name']);
        const data = numbers(sizeOf(node.shape), name.length + name.charCodeAt(name.length - 1));
        return [name, { shape: node.shape, dtype: node.dtype, data }];
      }),
  );
  const session = createSession(lowered, { threads: 1 });
  const results = session.run(feeds);
  session.dispose();
  return new Map([...results].map(([name, value]) => [name, Array.from(hostValue(value).data, Number)]));
}

function expectEqualResults(before: Graph, after: Graph, tolerance = 1e-5): void {
  const [first, second] = [run(before), run(after)];
  for (const [name, values] of first) {
    const other = second.get(name) ?? [];
    expect(other.length).toBe(values.length);
    values.forEach((value, index) => {
      expect(Math.abs(value - (other[index] ?? NaN))).toBeLessThan(tolerance * (1 + Math.abs(value)));
    });
  }
}

function apply(pass: Pass, graph: Graph): Graph {
  return pass(graph, context);
}

const ops = (graph: Graph): string[] => nodesOf(graph).map((node) => node.op);
const count = (graph: Graph, op: string): number => ops(graph).filter((own) => own === op).length;

test('prune drops operators that change nothing', async () => {
  const before = await record({ a: [2, 3] }, ({ a }) =>
    (a as tf.Tensor).slice([0, 0], [2, 3]).tile([1, 1]).toFloat().neg(),
  );
  const after = apply(passes.prune, before);
  expect(graphText(after)).toBe(
    ['%0 = Input() {"name":"inputs/a"} float32[2,3]', '%1 = Neg(%0) float32[2,3]', 'outputs/y <- %1'].join(
      '\n',
    ),
  );
  expectEqualResults(before, after);
});

test('common subexpressions are computed once', async () => {
  const before = await record({ a: [3] }, ({ a }) =>
    (a as tf.Tensor)
      .exp()
      .mul(2)
      .add((a as tf.Tensor).exp().mul(2)),
  );
  const after = apply(passes.commonSubexpressions, before);
  expect(count(before, 'Exp')).toBe(2);
  expect(graphText(after)).toBe(
    [
      '%0 = Input() {"name":"inputs/a"} float32[3]',
      '%1 = Exp(%0) float32[3]',
      '%2 = Constant=2() float32[]',
      '%3 = Mul(%1, %2) float32[3]',
      '%4 = Add(%3, %3) float32[3]',
      'outputs/y <- %4',
    ].join('\n'),
  );
  expectEqualResults(before, after);
});

test('what depends on constants alone is folded', async () => {
  const before = await record({ a: [2, 2] }, ({ a }) =>
    tf.matMul(a as tf.Tensor2D, tf.eye(2).mul(3).add(1) as tf.Tensor2D),
  );
  const after = apply(passes.constantFolding, before);
  expect(ops(before).length).toBeGreaterThan(4);
  expect(graphText(after)).toBe(
    [
      '%0 = Input() {"name":"inputs/a"} float32[2,2]',
      '%1 = Constant=4,1,1,4() float32[2,2]',
      '%2 = Gemm(%0, %1) {"transA":0,"transB":0} float32[2,2]',
      'outputs/y <- %2',
    ].join('\n'),
  );
  expectEqualResults(before, after);
});

describe('algebra', () => {
  test('removes the expanded ones that gradients of means leave behind', async () => {
    const before = await record({ a: [4, 6] }, ({ a }) => tf.grad((x) => x.square().mean())(a as tf.Tensor));
    const after = [
      passes.algebra,
      passes.constantFolding,
      passes.algebra,
      passes.commonSubexpressions,
    ].reduce((graph, pass) => apply(pass, graph), before);
    expect(ops(before).filter((op) => op === 'Constant').length).toBeGreaterThan(
      ops(after).filter((op) => op === 'Constant').length,
    );
    expect(ops(after)).not.toContain('Expand');
    expectEqualResults(before, after);
  });

  test('cancels transposes and neutral operands', async () => {
    const before = await record({ a: [2, 3] }, ({ a }) =>
      (a as tf.Tensor).transpose().add(0).mul(1).transpose().div(1).sub(0).neg(),
    );
    const after = apply(passes.prune, apply(passes.algebra, before));
    expect(ops(after)).toEqual(['Input', 'Neg']);
    expectEqualResults(before, after);
  });

  test('sums what was only expanded by multiplying', async () => {
    const before = await record({ a: [3] }, ({ a }) => (a as tf.Tensor).broadcastTo([5, 3]).exp().sum(0));
    const after = apply(passes.algebra, before);
    expect(ops(after)).toEqual(['Input', 'Exp', 'Constant', 'Mul']);
    expectEqualResults(before, after);
  });
});

test('the ReLU gradient reads the output, so that the input need not be kept', async () => {
  const before = await record({ a: [2, 3] }, ({ a }) => {
    const x = (a as tf.Tensor).mul(2);
    return x.relu().add(tf.grad((t) => t.relu().sum())(x));
  });
  const shared = apply(passes.commonSubexpressions, before);
  const after = apply(passes.commonSubexpressions, apply(passes.reluMask, shared));
  const mask = nodesOf(after).find((node) => node.op === 'HardSigmoid');
  expect(nodesOf(shared).find((node) => node.op === 'HardSigmoid')?.inputs[0]?.op).toBe('Mul');
  expect(mask?.inputs[0]?.op).toBe('Relu');
  expectEqualResults(shared, after);
});

const CLEAN = [
  passes.prune,
  passes.algebra,
  passes.commonSubexpressions,
  passes.constantFolding,
  passes.algebra,
  passes.reluMask,
];

function cleaned(graph: Graph): Graph {
  return CLEAN.reduce<Graph>((current, pass) => apply(pass, current), graph);
}

const normalShapes = { x: [4, 6, 6, 16], w: [3, 3, 16, 16], gain: [16], shift: [16] };

function normalised({ x, w, gain, shift }: Inputs): tf.Tensor {
  const h = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same');
  return tf.relu(batchNorm(h, gain as tf.Tensor, shift as tf.Tensor));
}

describe('batchNorm', () => {
  test('forward batch norm with ReLU is two passes over the images', async () => {
    const before = cleaned(await record(normalShapes, normalised));
    const after = apply(passes.batchNorm, before);
    const images = nodesOf(after).filter((node) => node.shape.length === 4 && node.shape[0] === 4);
    expect(images.map((node) => node.op)).toEqual(['Input', 'Conv2D', 'ChannelAffine', 'ChannelAffine']);
    expect(images[3]?.attributes).toEqual({ activation: 'Relu' });
    expect(count(after, 'ChannelDot')).toBe(1);
    expectEqualResults(before, after, 1e-4);
  });

  test('backward batch norm needs two channel sums and one more pass', async () => {
    const before = cleaned(
      await record(normalShapes, (inputs) => {
        const target = tf.cos(inputs['x'] as tf.Tensor);
        return tf.grad((x) =>
          normalised({ ...inputs, x })
            .mul(target)
            .sum(),
        )(inputs['x'] as tf.Tensor);
      }),
    );
    const after = apply(passes.batchNorm, before);
    expect(count(after, 'ChannelDot')).toBe(2);
    expect(count(after, 'ChannelAffine')).toBe(3);
    const images = nodesOf(after).filter((node) => node.shape.length === 4 && node.shape[0] === 4);
    const wide = nodesOf(before).filter((node) => node.shape.length === 4 && node.shape[0] === 4);
    expect(wide.length).toBeGreaterThan(images.length + 5);
    expectEqualResults(before, after, 2e-4);
  });

  test('sums without numbers per channel stay as they are', async () => {
    const before = cleaned(
      await record({ x: [2, 3, 3, 4], y: [2, 3, 3, 4] }, ({ x, y }) =>
        (x as tf.Tensor)
          .mul(2)
          .add(y as tf.Tensor)
          .exp(),
      ),
    );
    const after = apply(passes.batchNorm, before);
    expect(ops(after).sort()).toEqual(ops(before).sort());
    expectEqualResults(before, after);
  });
});

describe('layout', () => {
  test('between convolutions nothing is converted', async () => {
    const before = await record({ x: [2, 6, 6, 3], w: [3, 3, 3, 4], v: [3, 3, 4, 4] }, ({ x, w, v }) => {
      const h = tf.relu(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')) as tf.Tensor4D;
      return tf.conv2d(h, v as tf.Tensor4D, 1, 'same').mean([1, 2]);
    });
    const after = passes.layout(before, none);
    const moved = nodesOf(after).filter((node) => node.op === 'Transpose' && node.inputs[0]?.op !== 'Input');
    expect(moved).toEqual([]);
    expect(count(after, 'Conv')).toBe(2);
  });

  const blocked = (name: string, run: () => Promise<void>): void => {
    if (blockSize() > 0) test(name, run);
    else test.skip(`${name} (this processor has no blocked convolutions)`, run);
  };

  blocked('channels in whole blocks use the blocked operators, with the same result', async () => {
    const before = cleaned(
      await record({ ...normalShapes, x: [16, 6, 6, 16] }, (inputs) => {
        const filter = inputs['w'] as tf.Tensor;
        return tf.grad((w) =>
          normalised({ ...inputs, w })
            .mul(tf.cos(inputs['x'] as tf.Tensor))
            .sum(),
        )(filter);
      }),
    );
    const fused = apply(passes.batchNorm, before);
    const plain = passes.layout(fused, none);
    const after = passes.layout(fused, context);
    expect(count(plain, 'Conv')).toBe(2);
    expect(count(after, 'Conv')).toBe(0);
    expect(count(after, 'com.microsoft.nchwc:Conv')).toBeGreaterThan(4);
    expectEqualResults(plain, after, 2e-4);
  });

  const gradientOf = (
    kernel: number,
    stride: number,
    images: number,
    pad: 'same' | 'valid' = 'same',
  ): Promise<Graph> =>
    record({ x: [images, 8, 8, 16], w: [kernel, kernel, 16, 16] }, ({ x, w }) =>
      tf.grad((v) =>
        tf
          .conv2d(x as tf.Tensor4D, v as tf.Tensor4D, stride, pad)
          .square()
          .sum(),
      )(w as tf.Tensor),
    );

  blocked('the filter gradient is chosen by shape', async () => {
    const wide = passes.layout(await gradientOf(3, 1, 32), context);
    expect(nodesOf(wide).at(-1)?.inputs[0]?.op).toBe('Transpose');
    expect(count(wide, 'Conv')).toBe(0);
    const few = passes.layout(await gradientOf(3, 1, 4), context);
    expect(count(few, 'Conv')).toBe(1);
    const pointwise = passes.layout(await gradientOf(1, 1, 32), context);
    expect(count(pointwise, 'Gemm')).toBe(1);
    for (const graph of [
      await gradientOf(3, 1, 32),
      await gradientOf(3, 2, 32),
      await gradientOf(1, 1, 32, 'valid'),
    ]) {
      expectEqualResults(graph, passes.layout(graph, context), 5e-4);
    }
  });

  blocked('every way to compute a filter gradient gives the same', async () => {
    const graph = await gradientOf(1, 1, 32, 'valid');
    const ways = ['pointwise', 'blocked', 'exchanged'] as const;
    const [first, ...others] = ways.map((way) =>
      passes.layout(graph, { ...context, forced: { filterGradient: way } }),
    );
    expect(new Set([first, ...others].map((way) => ops(way as Graph).join())).size).toBe(3);
    for (const other of others) expectEqualResults(first as Graph, other, 5e-4);
  });

  const inputGradientOf = (channels: number, stride: number): Promise<Graph> =>
    record({ x: [2, 8, 8, channels], w: [3, 3, channels, 16] }, ({ x, w }) =>
      tf.grad((v) =>
        tf
          .conv2d(v as tf.Tensor4D, w as tf.Tensor4D, stride, 'same')
          .square()
          .sum(),
      )(x as tf.Tensor),
    );

  blocked('the input gradient is chosen by shape', async () => {
    const transposed = async (channels: number, stride: number): Promise<number> =>
      count(passes.layout(await inputGradientOf(channels, stride), context), 'ConvTranspose');
    expect(await transposed(16, 1)).toBe(0);
    expect(await transposed(16, 2)).toBe(0);
    expect(await transposed(3, 1)).toBe(1);
    expect(await transposed(24, 2)).toBe(1);
  });

  blocked('every way to compute an input gradient gives the same', async () => {
    for (const [channels, stride, way] of [
      [16, 1, 'turned'],
      [3, 1, 'turned'],
      [16, 2, 'parities'],
    ] as const) {
      const graph = await inputGradientOf(channels, stride);
      const [first, second] = [way, 'transposed'].map((inputGradient) =>
        passes.layout(graph, { ...context, forced: { inputGradient } }),
      ) as [Graph, Graph];
      expect(ops(first).join()).not.toBe(ops(second).join());
      expectEqualResults(first, second, 5e-4);
    }
  });

  blocked('the gradient of a strided convolution is interleaved from small convolutions', async () => {
    const graph = await record({ x: [2, 8, 8, 16], w: [3, 3, 16, 16] }, ({ x, w }) =>
      tf.grad((v) =>
        tf
          .conv2d(v as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')
          .square()
          .sum(),
      )(x as tf.Tensor),
    );
    const after = passes.layout(graph, context);
    expect(count(passes.layout(graph, none), 'ConvTranspose')).toBe(1);
    expect(count(after, 'ConvTranspose')).toBe(0);
    expect(count(after, 'com.microsoft.nchwc:Conv')).toBe(5);
    expectEqualResults(graph, after, 2e-4);
  });
});
