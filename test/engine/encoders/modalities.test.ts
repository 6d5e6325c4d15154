import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Params } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import type { SampleKind } from '../../../main/engine/layout.ts';
import type { HostTensor, HostTensors } from '../../../main/engine/method.ts';
import { encoders } from '../../../main/engine/registries.ts';
import reference from '../reference/modalities.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';

const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 1 });
});

const chirp = (shape: readonly number[], start: number, scale = 1, offset = 0): HostTensor =>
  tensorOf(shape, (i) => scale * Math.sin(0.37 * i * i + start) + offset);

/** The reference script's weights: each starts its formula at its place. */
function weights(network: ReturnType<(typeof encoders)['conv1d']['build']>): HostTensors {
  const { values } = network.init(Rng.stream(1, 'init'));
  const fixed = Object.entries(values).map(([name, { shape }], place) => {
    const scale = /(weight|filter)$/.test(name) ? 0.3 / Math.sqrt(shape[0] ?? 1) : 0.1;
    return [name, chirp(shape, place, scale, name.endsWith('gamma') ? 1 : 0)] as const;
  });
  return Object.fromEntries(fixed);
}

const TABLE: SampleKind = {
  shape: [1, 4, 2],
  layout: {
    kind: 'table',
    columns: [
      { name: 'a', kind: 'number' },
      { name: 'b', kind: 'number' },
      { name: 'c', kind: 'category', size: 3 },
      { name: 'd', kind: 'category', size: 4 },
    ],
    marginals: new Float32Array(0),
  },
};
const ROWS = [
  [0.5, 0, -1.2, 0, 0, 0, 3, 0],
  [1.5, 0, 0, 1, 2, 0, 1, 0],
  [-0.7, 0, 0.3, 0, 1, 0, 0, 0],
].flat();
const table = tensorOf([3, 1, 4, 2], (i) => ROWS[i] ?? 0);

/** Two series with two channels; the second ends after 21 steps. */
function series(steps: number): HostTensor {
  const values = chirp([2, 30, 2], 0.3).data;
  return tensorOf([2, steps, 1, 3], (i) => {
    const [sample, step, channel] = [Math.floor(i / (3 * steps)), Math.floor(i / 3) % steps, i % 3];
    const inside = step < (sample === 0 ? 30 : 21);
    return !inside ? 0 : channel === 2 ? 1 : (values[(sample * 30 + step) * 2 + channel] ?? 0);
  });
}
const seriesOf = (steps: number): SampleKind => ({
  shape: [steps, 1, 3],
  layout: { kind: 'series', channels: ['x', 'y'] },
});

const TEXT: SampleKind = { shape: [6, 1, 1], layout: { kind: 'text', vocabulary: 20 } };
const IDS = [1, 5, 7, 19, 0, 0, 1, 3, 3, 8, 12, 4];
const text = tensorOf([2, 6, 1, 1], (i) => IDS[i] ?? 0);

type Case = readonly [
  keyof typeof reference & keyof typeof encoders,
  Params,
  SampleKind,
  HostTensor,
  readonly string[],
];
const CASES: readonly Case[] = [
  ['tableMlp', { width: 6, depth: 2, norm: 'none' }, TABLE, table, ['linear1/weight']],
  ['ftTransformer', { width: 8, depth: 2, heads: 2, ratio: 2 }, TABLE, table, ['tokens/values', 'tokens/missing']], // prettier-ignore
  ['conv1d', { width: 4, dropout: 0.1 }, seriesOf(30), series(30), ['conv1/filter']],
  ['seriesTransformer', { patch: 8, width: 8, depth: 1, heads: 2, ratio: 2 }, seriesOf(30), series(30), ['patches/weight']], // prettier-ignore
  ['textTransformer', { width: 8, depth: 2, heads: 2, ratio: 2 }, TEXT, text, ['embeddings/weight']],
];

describe.each(['cpu', 'onnx'])('with torch’s weights on %s', (engine) => {
  it.each(CASES)(
    '%s has torch’s representation and gradients',
    async (id, params, { shape, layout }, x, watched) => {
      const network = encoders[id].build(params, shape, layout);
      const given = { ...weights(network), x };
      const expected: Readonly<Record<string, readonly number[]>> = reference[id];
      const found = await evaluate(engines[engine] as Engine, given, (tensors) => {
        const h = (...moved: tf.Tensor[]) => {
          const changed = Object.fromEntries(watched.map((name, i) => [name, moved[i] as tf.Tensor]));
          // Nothing is drawn here, so that nothing is dropped.
          return network.apply({ ...tensors, ...changed }, tensors['x'] as tf.Tensor, true).y;
        };
        const own = watched.map((name) => tensors[name] as tf.Tensor);
        const dy = Float32Array.from({ length: (expected['h'] ?? []).length }, (_, i) =>
          Math.sin(0.37 * i * i + 2),
        );
        const gradients = tf.grads((...moved: tf.Tensor[]) => {
          const y = h(...moved);
          return y.mul(tf.tensor(dy, y.shape)).sum();
        })(own);
        return {
          h: h(...own),
          ...Object.fromEntries(watched.map((name, i) => [`d ${name}`, gradients[i] as tf.Tensor])),
        };
      });
      for (const [key, values] of Object.entries(expected))
        expect([key, largestDifference(found[key] ?? [], values) < 1e-5]).toEqual([key, true]);
    },
  );
});

describe.each(['conv1d', 'seriesTransformer'] as const)('%s', (id) => {
  it('does not depend on how far a series is filled up', async () => {
    const params = CASES.find(([name]) => name === id)?.[1] ?? {};
    const represent = async (steps: number) => {
      const { shape, layout } = seriesOf(steps);
      const network = encoders[id].build(params, shape, layout);
      const given = { ...weights(network), x: series(steps) };
      const found = await evaluate(engines['onnx'] as Engine, given, (tensors) => ({
        h: network.apply(tensors, tensors['x'] as tf.Tensor, false).y,
      }));
      return found['h'] ?? [];
    };
    expect(largestDifference(await represent(41), await represent(30))).toBeLessThan(1e-6);
  });
});

describe('conv1d in training', () => {
  it('drops about the asked share of values, others on other draws and the same on every engine, and none in evaluation', async () => {
    const { shape, layout } = seriesOf(30);
    const network = encoders.conv1d.build({ width: 4, dropout: 0.4 }, shape, layout);
    const run = async (engine: string, seed: number, training: boolean) => {
      const given = { ...weights(network), ...network.draw?.(Rng.stream(seed, 'noise'), 2), x: series(30) };
      const found = await evaluate(engines[engine] as Engine, given, (tensors) => ({
        h: network.apply(tensors, tensors['x'] as tf.Tensor, training).y,
      }));
      return found['h'] ?? [];
    };
    const first = await run('onnx', 1, true);
    expect(largestDifference(first, await run('cpu', 1, true))).toBeLessThan(1e-6);
    expect(largestDifference(first, await run('onnx', 2, true))).toBeGreaterThan(1e-3);
    expect(largestDifference(await run('onnx', 1, false), reference.conv1d.h)).toBeLessThan(1e-5);
  });
  it('refuses heads that do not divide the width', () => {
    const { shape, layout } = seriesOf(30);
    expect(() => encoders.seriesTransformer.build({ patch: 4, width: 10, depth: 1, heads: 4, ratio: 2 }, shape, layout)).toThrow(/among 4 heads/); // prettier-ignore
  });
});
