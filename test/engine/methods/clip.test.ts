import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { frozenNetworks } from '../../../main/engine/frozenNetworks.ts';
import { within } from '../../../main/engine/layers/names.ts';
import { clipLoss, similarities } from '../../../main/engine/methods/clip.ts';
import { pairTask, recallAt, firstRanks } from '../../../main/engine/probes/retrieval.ts';
import reference from '../reference/modalities.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf } from '../tensors.ts';
import { checkpointsOf, collectEvents, referenceEngine, tinyConfig, tinyData } from '../tiny.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe.each([
  ['cpu', referenceEngine],
  ['onnx', onProcessor],
] as const)('the loss of image and text on %s', (_name, engine) => {
  it('and its gradients are torch’s', async () => {
    const { a, b, loss, da, db } = reference.clip;
    const given = { a: tensorOf([5, 4], (i) => a[i] ?? 0), b: tensorOf([5, 4], (i) => b[i] ?? 0) };
    const found = await evaluate(await engine(), given, (tensors) => {
      // Rows are of length one already, so that scaling them to it changes gradients along them alone.
      const of = (x: tf.Tensor, y: tf.Tensor): tf.Scalar =>
        clipLoss(tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D, false, true).div(0.07));
      const [dx, dy] = tf.grads(of)([tensors['a'] as tf.Tensor, tensors['b'] as tf.Tensor]) as [tf.Tensor, tf.Tensor]; // prettier-ignore
      const whole = similarities(
        tensors['a'] as tf.Tensor2D,
        tensors['b'] as tf.Tensor2D,
        tf.scalar(1 / 0.07),
      );
      return { loss: clipLoss(whole), da: dx, db: dy };
    });
    expect(largestDifference(found['loss'] ?? [], [loss])).toBeLessThan(1e-5);
    expect(largestDifference(found['da'] ?? [], da)).toBeLessThan(1e-5);
    expect(largestDifference(found['db'] ?? [], db)).toBeLessThan(1e-5);
  });
});

describe('training on images and what is said of them', () => {
  it('finds images by sentences and sentences by images it never saw, far above chance', async () => {
    const engine = await onProcessor();
    const data = tinyData({ count: 192, said: true });
    const config = tinyConfig('clip', {
      epochs: 20,
      batchSize: 16,
      optimizer: {
        id: 'adamW',
        params: { learningRate: 0.005, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
      },
      monitor: { everyEpochs: 20, bankSize: 64 },
      evaluate: {
        ...tinyConfig('clip').evaluate,
        knn: { ...tinyConfig('clip').evaluate.knn, everyEpochs: 0 },
      },
    });
    const last = checkpointsOf(await collectEvents(config, data, engine)).at(-1);
    expect(last?.header.preparation).toEqual(data.preparation);
    const { method, weights } = frozenNetworks(config, data, 3, last?.tensors ?? {});
    const { validation } = data.splits;
    const captions = data.captions?.(validation) ?? new Float32Array(0);
    const [count, length] = [validation.length, captions.length / validation.length];
    const given = {
      ...weights,
      x: { shape: [count, ...data.shape], dtype: 'float32', data: data.read(validation) } as const,
      said: { shape: [count, length, 1, 1], dtype: 'float32', data: captions } as const,
    };
    const networks = method.networks as Readonly<Record<string, typeof method.networks.encoder>>;
    const found = await evaluate(engine, given, (tensors) => {
      const through = (names: readonly string[], input: tf.Tensor): tf.Tensor =>
        names.reduce((y, name) => networks[name]?.apply(within(tensors, name), y, false).y ?? y, input);
      return {
        z: through(['encoder', 'projector'], tensors['x'] as tf.Tensor),
        w: through(['text', 'textProjector'], tensors['said'] as tf.Tensor),
      };
    });
    const matrix = (values: readonly number[] = []) => ({ rows: count, columns: values.length / count, data: Float32Array.from(values) }); // prettier-ignore
    // Six sentences are said in all: any image of the same sentence is an answer, and chance is one in six.
    const sentence = (row: number): string => captions.subarray(row * length, (row + 1) * length).join();
    const relevant = (a: number, b: number): boolean => sentence(a) === sentence(b);
    for (const [queries, candidates] of [
      [matrix(found['w']), matrix(found['z'])],
      [matrix(found['z']), matrix(found['w'])],
    ] as const) {
      const ranks = firstRanks({ ...pairTask(queries, candidates), relevant });
      expect(recallAt(ranks, 1)).toBeGreaterThan(0.5);
    }
  }, 60_000);
  it('is refused where nothing is said, and for heads that cannot be shared', async () => {
    const engine = await onProcessor();
    await expect(collectEvents(tinyConfig('clip'), tinyData(), engine)).rejects.toThrow(/has no captions/);
    const uneven = { ...tinyConfig('clip').method.params, textWidth: 18 };
    const config = tinyConfig('clip', { method: { id: 'clip', params: uneven } });
    await expect(collectEvents(config, tinyData({ said: true }), engine)).rejects.toThrow(
      /4 attention heads/,
    );
  });
});
