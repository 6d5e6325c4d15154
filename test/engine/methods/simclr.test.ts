import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import { normaliseRows } from '../../../main/engine/layers/normaliseRows.ts';
import { maskedSimilarities, ntXent } from '../../../main/engine/methods/simclr.ts';
import { evaluate, tensorOf } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';

/** M(rows, columns, 1, offset) of the reference numbers. */
const formula = (rows: number, columns: number, offset: number) =>
  tensorOf([rows, columns], (index) => {
    const [i, j] = [Math.floor(index / columns), index % columns];
    return Math.sin(1 + 3 * i + 7 * j + 0.5 * i * j + offset);
  });
const inputs = { z1: formula(6, 4, 0), z2: formula(6, 4, 0.2) };
const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 1 });
});

describe.each(['cpu', 'onnx'])('NT-Xent on %s', (name) => {
  it.each([
    [0.5, 0.9043321081780259],
    [0.2, 0.15710379751848969],
  ])('at temperature %d is %d', async (temperature, expected) => {
    const found = await evaluate(engines[name] as Engine, inputs, (given) => ({
      loss: ntXent(given['z1'] as tf.Tensor2D, given['z2'] as tf.Tensor2D, temperature),
    }));
    expect(found['loss']?.[0]).toBeCloseTo(expected, 5);
  });
});

describe('what NT-Xent rests on', () => {
  const loss = async (
    compute: (z1: tf.Tensor2D, z2: tf.Tensor2D) => tf.Scalar,
    given = inputs,
  ): Promise<number> => {
    const found = await evaluate(engines['cpu'] as Engine, given, (tensors) => ({
      loss: compute(tensors['z1'] as tf.Tensor2D, tensors['z2'] as tf.Tensor2D),
    }));
    return found['loss']?.[0] ?? NaN;
  };
  it('needs the self mask: without it every embedding’s nearest candidate is itself, and the loss is another', async () => {
    const unmasked = await loss((z1, z2) => {
      const unit = normaliseRows(tf.concat([z1, z2], 0));
      const logits = tf.matMul(unit, unit, false, true).div(0.5) as tf.Tensor2D;
      const partner = tf.tensor1d(
        Int32Array.from({ length: 12 }, (_, i) => (i + 6) % 12),
        'int32',
      );
      return tf.logSoftmax(logits).mul(tf.oneHot(partner, 12).toFloat()).sum(1).mean().neg() as tf.Scalar;
    });
    expect(unmasked - 0.9043321081780259).toBeGreaterThan(0.2);
  });
  it('gives an embedding no share of itself', async () => {
    const found = await evaluate(engines['cpu'] as Engine, inputs, (given) => ({
      shares: tf.softmax(maskedSimilarities(given['z1'] as tf.Tensor2D, 0.5)),
    }));
    for (let i = 0; i < 6; i++) expect(found['shares']?.[i * 6 + i]).toBe(0);
  });
  it('does not see the length of embeddings', async () => {
    const longer = { z1: tensorOf([6, 4], (i) => 3 * (inputs.z1.data[i] ?? 0)), z2: inputs.z2 };
    const scaled = await loss((z1, z2) => ntXent(z1, z2, 0.5), longer);
    expect(scaled).toBeCloseTo(0.9043321081780259, 5);
  });
  it('is ln(2n - 1) when all embeddings are the same', async () => {
    const same = { z1: tensorOf([6, 4], () => 1), z2: tensorOf([6, 4], () => 1) };
    expect(await loss((z1, z2) => ntXent(z1, z2, 0.5), same)).toBeCloseTo(Math.log(11), 4);
  });
});
