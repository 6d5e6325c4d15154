import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Params } from '../../../preload/contract/vocabulary.ts';
import { parseParams } from '../../../main/core/params.ts';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { vit } from '../../../main/engine/encoders/vit.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import type { HostTensor, HostTensors } from '../../../main/engine/method.ts';
import { trainSteps } from '../parity/steps.ts';
import reference from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf, wave } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';

const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 1 });
});
const SHAPE = [12, 8, 3] as const;
const small: Params = {
  patch: 4,
  width: 16,
  depth: 2,
  heads: 4,
  ratio: 4,
  pooling: 'mean',
  positions: 'sinCos',
};

/** The reference script's value of the tensor at place `index` among the trainable ones. */
function formula(name: string, { shape }: HostTensor, index: number): HostTensor {
  const scale = /(positions|classToken)$/.test(name)
    ? 0.02
    : name.endsWith('weight')
      ? 0.3 / Math.sqrt(shape[0] ?? 1)
      : 0.1;
  return tensorOf(shape, (i) => scale * Math.sin(0.37 * i * i + index) + (name.endsWith('gamma') ? 1 : 0));
}

/** Parameters of a network as the script has them. */
function fixed(params: Params): HostTensors {
  const { values, trainable } = vit.build(params, SHAPE, IMAGE).init(Rng.stream(1, 'init'));
  return Object.fromEntries(
    trainable.map((name, at) => [name, formula(name, values[name] as HostTensor, at)]),
  );
}

describe.each([
  ['cpu', 'mean', 'sinCos'],
  ['onnx', 'mean', 'sinCos'],
  ['onnx', 'token', 'learned'],
] as const)('on %s a vision transformer with %s pooling and %s positions', (engine, pooling, positions) => {
  it('is torch’s of the same weights, and its gradients are', async () => {
    const params = { ...small, pooling, positions };
    const network = vit.build(params, SHAPE, IMAGE);
    const given = { ...fixed(params), x: wave([2, ...SHAPE], 0.53), dy: wave([2, 16], 0.2) };
    const [patches, qkv] = ['patches/weight', 'blocks/block1/qkv/weight'] as const;
    const found = await evaluate(engines[engine] as Engine, given, (tensors) => {
      const h = (x: tf.Tensor, first: tf.Tensor, second: tf.Tensor) =>
        network.apply({ ...tensors, [patches]: first, [qkv]: second }, x, true).y;
      const of = [tensors['x'], tensors[patches], tensors[qkv]] as [tf.Tensor, tf.Tensor, tf.Tensor];
      const gradients = tf.grads((x: tf.Tensor, first: tf.Tensor, second: tf.Tensor) =>
        h(x, first, second)
          .mul(tensors['dy'] as tf.Tensor)
          .sum(),
      )(of);
      const [dx, dpatches, dqkv] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { h: h(...of), dx, dpatches, dqkv };
    });
    for (const [key, expected] of Object.entries(
      reference[`vit ${pooling} ${positions}` as 'vit mean sinCos'],
    ))
      expect([key, largestDifference(found[key] ?? [], expected) < 1e-5]).toEqual([key, true]);
  });
});

describe('a vision transformer', () => {
  it('has as many parameters as ViT-tiny: 5,338,368 in twelve blocks', () => {
    const params = parseParams(vit.params, {}, 'encoder.params');
    const { values, trainable } = vit.build(params, [32, 32, 3], IMAGE).init(Rng.stream(1, 'init'));
    const inBlocks = trainable.filter((name) => /^blocks\/block/.test(name));
    const count = (names: readonly string[]) =>
      names.reduce((sum, name) => sum + (values[name]?.data.length ?? 0), 0);
    expect(count(inBlocks)).toBe(12 * 444_864);
    expect(Object.keys(values).some((name) => /mean|variance/.test(name))).toBe(false);
  });
  it('encodes chosen patches alone, as if the others were not there', async () => {
    const network = vit.build(small, SHAPE, IMAGE);
    const { values } = network.init(Rng.stream(1, 'init'));
    const { patches } = network;
    if (!patches) throw new Error('The network has no patches.');
    const x = wave([1, ...SHAPE]);
    // Everything below the first four rows, so all patches but 0 and 1, is changed.
    const other = tensorOf([1, ...SHAPE], (i) => (i < 4 * 8 * 3 ? (x.data[i] ?? 0) : 7));
    const found = await evaluate(engines['onnx'] as Engine, { ...values, x, other }, (tensors) => {
      const places = tf.tensor2d([1, 0], [1, 2], 'int32');
      const seen = (image: string) => patches.encode(tensors, tensors[image] as tf.Tensor4D, places);
      return {
        tokens: seen('x'),
        same: seen('other'),
        all: patches.encode(tensors, tensors['x'] as tf.Tensor4D, null),
      };
    });
    expect(found['tokens']?.length).toBe(2 * 16);
    expect(found['tokens']).toEqual(found['same']);
    expect(largestDifference(found['tokens'] ?? [], (found['all'] ?? []).slice(0, 32))).toBeGreaterThan(1e-3);
  });
  it.each(['sinCos', 'learned'])(
    'takes images of another size, with its %s positions stretched',
    async (positions) => {
      const network = vit.build({ ...small, positions }, SHAPE, IMAGE);
      const given = { ...network.init(Rng.stream(1, 'init')).values, x: wave([2, 8, 8, 3]) };
      const found = await evaluate(engines['onnx'] as Engine, given, (tensors) => ({
        h: network.apply(tensors, tensors['x'] as tf.Tensor, true).y,
      }));
      expect(found['h']?.length).toBe(32);
      expect(found['h']?.every(Number.isFinite)).toBe(true);
    },
  );
  it('refuses patches, heads and widths that do not come out even, and a norm that it has not', () => {
    const build = (params: Params, shape: readonly [number, number, number] = SHAPE) =>
      vit.build({ ...small, ...params }, shape, IMAGE);
    expect(() => build({}, [28, 30, 1])).toThrow(/images of 28 x 30 into patches of 4 x 4/);
    expect(() => build({ heads: 3 })).toThrow(/16 numbers per token among 3 heads/);
    expect(() => build({ width: 18, heads: 2 })).toThrow(/divisible by 4, but encoder.params.width is 18/);
    expect(build({ width: 18, heads: 2, positions: 'learned' }).dim).toBe(18);
    expect(() => parseParams(vit.params, { norm: 'batch' }, 'encoder.params')).toThrow(
      'Unknown key encoder.params.norm.',
    );
  });
  it('takes finite steps that lower the loss', async () => {
    const changes = { encoder: { id: 'vit', params: { ...small, patch: 3, width: 16 } } };
    const { losses } = await trainSteps(engines['onnx'] as Engine, 'simclr', changes, 0.1);
    expect(losses.every(Number.isFinite)).toBe(true);
    const mean = (from: number) => losses.slice(from, from + 6).reduce((sum, loss) => sum + loss, 0) / 6;
    expect(mean(14)).toBeLessThan(mean(0));
  });
});
