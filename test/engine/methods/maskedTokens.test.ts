import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { BuildContext, HostTensors, Network } from '../../../main/engine/method.ts';
import { chooseTokens, hideTokens, maskedTokens } from '../../../main/engine/methods/maskedTokens.ts';
import { evaluate, tensorOf } from '../tensors.ts';
import { collectEvents, referenceEngine, tinyConfig, valuesOf } from '../tiny.ts';
import { tinyText } from '../tinyText.ts';

const [COUNT, LENGTH, VOCABULARY] = [6, 41, 50];
const GIVEN = { rate: 0.15, masked: 0.8, random: 0.1 };
/** Texts of 40, 34, 28 ... tokens behind the start token. */
const lengthOf = (row: number): number => 40 - 6 * row;
const texts = tensorOf([COUNT, LENGTH, 1, 1], (i) => {
  const [row, place] = [Math.floor(i / LENGTH), i % LENGTH];
  return place === 0 ? 1 : place <= lengthOf(row) ? 3 + ((7 * i) % (VOCABULARY - 3)) : 0;
});
const noise = (seed: number) => {
  const rng = Rng.stream(seed, 'noise');
  return tensorOf([COUNT, LENGTH], () => rng.uniform());
};

describe('the choice of tokens', () => {
  it('is the rounded 15% of each text’s own tokens, never the start or the filling', async () => {
    const found = await evaluate(
      await referenceEngine(),
      { x: texts, chance: noise(1) },
      ({ x, chance }) => ({
        ...chooseTokens(x as tf.Tensor4D, chance as tf.Tensor2D, GIVEN.rate),
      }),
    );
    const most = (found['places'] ?? []).length / COUNT;
    expect(most).toBe(6);
    for (let row = 0; row < COUNT; row++) {
      const weights = (found['weights'] ?? []).slice(row * most, (row + 1) * most);
      const places = (found['places'] ?? [])
        .slice(row * most, (row + 1) * most)
        .filter((_, i) => weights[i] === 1);
      expect(places.length).toBe(Math.round(0.15 * lengthOf(row)));
      expect(places.every((place) => place >= 1 && place <= lengthOf(row))).toBe(true);
      expect(new Set(places).size).toBe(places.length);
    }
  });
  it('hides 80% by the mask, 10% by other tokens, and leaves 10%', async () => {
    const tally = { mask: 0, other: 0, kept: 0 };
    const engine = await onnx.activate({ device: 'cpu', threads: 1 });
    for (let seed = 0; seed < 40; seed++) {
      const given = { x: texts, chance: noise(seed), fate: noise(100 + seed), others: tensorOf([COUNT, LENGTH], () => 49) }; // prettier-ignore
      const { y = [], asked = [] } = await evaluate(engine, given, (tensors) => {
        const [x, chance, fate, others] = ['x', 'chance', 'fate', 'others'].map((name) => tensors[name]) as [tf.Tensor4D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D]; // prettier-ignore
        const chosen = chooseTokens(x, chance, GIVEN.rate);
        const all = hideTokens(x, chosen, fate, others, { masked: 1, random: 0 });
        return { y: hideTokens(x, chosen, fate, others, GIVEN), asked: all };
      });
      y.forEach((id, i) => {
        if (asked[i] !== 2) return expect(id).toBe(texts.data[i]);
        tally[id === 2 ? 'mask' : id === 49 && texts.data[i] !== 49 ? 'other' : 'kept']++;
      });
    }
    const all = tally.mask + tally.other + tally.kept;
    expect(tally.mask / all).toBeCloseTo(0.8, 1);
    expect(tally.other / all).toBeCloseTo(0.1, 1);
    expect(tally.kept / all).toBeCloseTo(0.1, 1);
  });
});

/** An encoder that answers its only tensor. */
const told: Network = {
  dim: 4,
  init: () => ({ values: {}, trainable: [], decay: [] }),
  apply: (_tensors, x) => ({ y: x, updates: {} }),
  tokens: { vocabulary: VOCABULARY, width: 4, embeddings: 'embeddings', encode: (tensors) => tensors['told'] as tf.Tensor3D }, // prettier-ignore
};
const context: BuildContext = {
  encoder: told,
  shape: [LENGTH, 1, 1],
  layout: { kind: 'text', vocabulary: VOCABULARY },
  classes: 2,
  batchSize: COUNT,
};

describe('the loss', () => {
  const method = maskedTokens.build(GIVEN, context);
  const drawn = method.draw?.(Rng.stream(2, 'drawn')) ?? {};
  const head = method.networks['head']?.init(Rng.stream(3, 'head')).values ?? {};
  const rest: HostTensors = {
    ...Object.fromEntries(Object.entries(head).map(([name, value]) => [`head/${name}`, value])),
    'encoder/embeddings': tensorOf([VOCABULARY, 4], (i) => Math.sin(i)),
  };
  const lossOf = (tensors: Readonly<Record<string, tf.Tensor>>, h: tf.Tensor): tf.Scalar =>
    method.loss(
      { ...tensors, 'encoder/told': h },
      {
        views: [tensors['x'] as tf.Tensor4D],
        samples: tensors['x'] as tf.Tensor4D,
        drawn: Object.fromEntries(
          Object.keys(drawn).map((name) => [name, tensors[`drawn ${name}`] as tf.Tensor]),
        ),
        labels: null,
        scalars: {},
      },
    ).loss;
  const inputs = (x = texts): HostTensors => ({
    ...rest,
    x,
    h: tensorOf([COUNT, LENGTH, 4], (i) => Math.cos(0.3 * i)),
    ...Object.fromEntries(Object.entries(drawn).map(([name, value]) => [`drawn ${name}`, value])),
  });
  it('asks nothing of tokens that were not chosen: neither their gradient nor their own id counts', async () => {
    const engine = await referenceEngine();
    const { places = [], weights = [] } = await evaluate(engine, { x: texts, chance: drawn['chance'] as never }, (given) => ({ ...chooseTokens(given['x'] as tf.Tensor4D, given['chance'] as tf.Tensor2D, GIVEN.rate) })); // prettier-ignore
    const chosen = new Set(places.flatMap((place, i) => (weights[i] === 1 ? [Math.floor(i / 6) * LENGTH + place] : []))); // prettier-ignore
    const gradientAt = async (x = texts) =>
      evaluate(engine, inputs(x), (tensors) => {
        const gradient = tf.grad((h: tf.Tensor) => lossOf(tensors, h))(tensors['h'] as tf.Tensor);
        return {
          loss: lossOf(tensors, tensors['h'] as tf.Tensor),
          touched: gradient.abs().sum(2).greater(0).toFloat(),
        };
      });
    const plain = await gradientAt();
    expect((plain['touched'] ?? []).flatMap((one, i) => (one === 1 ? [i] : []))).toEqual([...chosen].sort((a, b) => a - b)); // prettier-ignore
    const relabelled = { ...texts, data: texts.data.map((id, i) => (id >= 3 && !chosen.has(i) ? 3 : id)) };
    expect((await gradientAt(relabelled))['loss']).toEqual(plain['loss']);
    const [first = 0] = chosen;
    const other = { ...texts, data: texts.data.map((id, i) => (i === first ? ((id - 2) % 40) + 3 : id)) };
    expect((await gradientAt(other))['loss']).not.toEqual(plain['loss']);
  });
  it('is refused for encoders without tokens, and for shares above one', () => {
    const { tokens: _tokens, ...whole } = told;
    expect(() => maskedTokens.build(GIVEN, { ...context, encoder: whole })).toThrow(/asks for single tokens/);
    expect(() => maskedTokens.build({ ...GIVEN, random: 0.5 }, context)).toThrow(/more than all/);
  });
});

describe('training', () => {
  it('lowers the loss', async () => {
    const engine = await onnx.activate({ device: 'cpu', threads: 1 });
    const config = tinyConfig('maskedTokens', {
      epochs: 12,
      batchSize: 16,
      optimizer: {
        id: 'adamW',
        params: { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
      },
    });
    const losses = valuesOf(await collectEvents(config, tinyText(), engine), 'loss');
    const mean = (part: readonly number[]): number => part.reduce((sum, loss) => sum + loss, 0) / part.length;
    expect(mean(losses.slice(-6))).toBeLessThan(0.75 * mean(losses.slice(0, 6)));
  });
});
