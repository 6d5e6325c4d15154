import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { IMAGE } from '../../../main/engine/layout.ts';
import { accuracy, crossEntropy } from '../../../main/engine/losses/crossEntropy.ts';
import { supervised } from '../../../main/engine/methods/supervised.ts';
import { encoders, methods } from '../../../main/engine/registries.ts';
import { evaluate, tensorOf } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';

describe('cross-entropy of the supervised twin', () => {
  it('is -log softmax at the label, averaged', async () => {
    const logits = tensorOf([2, 3], (i) => [1, 2, 3, 0, 0, 5][i] ?? 0);
    const found = await evaluate(await referenceEngine(), { logits }, (given) => {
      const labels = tf.tensor1d([2, 0], 'int32');
      return {
        loss: crossEntropy(given['logits'] as tf.Tensor2D, tf.oneHot(labels, 3).toFloat() as tf.Tensor2D),
        accuracy: accuracy(given['logits'] as tf.Tensor2D, labels),
      };
    });
    const first = -Math.log(Math.exp(3) / (Math.exp(1) + Math.exp(2) + Math.exp(3)));
    const second = -Math.log(1 / (2 + Math.exp(5)));
    expect(found['loss']?.[0]).toBeCloseTo((first + second) / 2, 5);
    expect(found['accuracy']?.[0]).toBeCloseTo(0.5, 6);
  });
  it('alone among the methods is given labels', () => {
    expect(Object.values(methods).filter((method) => method.usesLabels)).toEqual([supervised]);
  });
  it('refuses to run without labels', () => {
    const encoder = encoders.smallCnn.build({ width: 4 }, [8, 8, 1], IMAGE);
    const built = supervised.build(
      {},
      { encoder, shape: [8, 8, 1], layout: IMAGE, classes: 2, batchSize: 4 },
    );
    const samples = tf.zeros<tf.Rank.R4>([4, 8, 8, 1]);
    expect(() => built.loss({}, { views: [], samples, drawn: {}, labels: null, scalars: {} })).toThrow(
      /labels/,
    );
  });
});
