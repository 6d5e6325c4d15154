import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { tablePlan } from '../../../main/engine/layers/tableInput.ts';
import { maskedFeatures, maskLoss, reconstructionLoss } from '../../../main/engine/methods/maskedFeatures.ts';
import { encoders } from '../../../main/engine/registries.ts';
import { initialNetworks } from '../../../main/engine/trainingStep.ts';
import reference from '../reference/modalities.json' with { type: 'json' };
import { evaluate, tensorOf } from '../tensors.ts';
import { collectEvents, referenceEngine, tinyConfig, valuesOf } from '../tiny.ts';
import { tinyTable } from '../tinyTable.ts';

const chirp = (shape: readonly number[], start: number, scale = 1) =>
  tensorOf(shape, (i) => scale * Math.sin(0.37 * i * i + start));
const ROWS = [
  [0.5, 0, -1.2, 0, 0, 0, 3, 0],
  [1.5, 0, 0, 1, 2, 0, 1, 0],
  [-0.7, 0, 0.3, 0, 1, 0, 0, 0],
].flat();

describe.each([
  ['cpu', referenceEngine],
  ['onnx', () => onnx.activate({ device: 'cpu', threads: 1 })],
] as const)('the losses of masked features on %s', (_name, engine) => {
  it('are torch’s; a missing number is not asked for', async () => {
    const plan = tablePlan({
      kind: 'table',
      columns: [
        { name: 'a', kind: 'number' },
        { name: 'b', kind: 'number' },
        { name: 'c', kind: 'category', size: 3 },
        { name: 'd', kind: 'category', size: 4 },
      ],
      marginals: new Float32Array(0),
    });
    const mask = tensorOf([3, 4], (i) => (Math.sin(0.37 * i * i + 0.7) > 0 ? 1 : 0));
    const given = { logits: chirp([3, 4], 0.1, 3), mask, found: chirp([3, 9], 0.2, 2), x: tensorOf([3, 1, 4, 2], (i) => ROWS[i] ?? 0) }; // prettier-ignore
    const { told = [], restored = [] } = await evaluate(await engine(), given, (tensors) => ({
      told: maskLoss(tensors['logits'] as tf.Tensor2D, tensors['mask'] as tf.Tensor2D),
      restored: reconstructionLoss(plan, tensors['found'] as tf.Tensor2D, tensors['x'] as tf.Tensor4D),
    }));
    expect(told[0]).toBeCloseTo(reference.hiddenFeatures.mask, 5);
    expect(restored[0]).toBeCloseTo(reference.hiddenFeatures.restored, 5);
  });
});

describe('what masked features ask for', () => {
  it('a column replaced by an equal value counts as unchanged', async () => {
    const data = tinyTable();
    const encoder = encoders.tableMlp.build({ width: 8, depth: 1, norm: 'none' }, data.shape, data.layout);
    const { shape, layout } = data;
    const built = maskedFeatures.build({ rate: 0.9, reconstruction: 0, hidden: 8 }, { encoder, shape, layout, classes: 3, batchSize: 4 }); // prettier-ignore
    const { values } = initialNetworks(built, (name) => Rng.stream(1, name));
    const x = {
      shape: [4, ...shape],
      dtype: 'float32',
      data: data.read(Uint32Array.of(0, 1, 2, 3)),
    } as const;
    const same = tensorOf([4, 1, 4, 3], (i) => (i % 3 === 0 ? 1 : (x.data[2 * Math.floor(i / 3) + (i % 3) - 1] ?? 0))); // prettier-ignore
    const none = tensorOf([4, 1, 4, 3], () => 0);
    const { a, b } = await evaluate(await referenceEngine(), { ...values, x, same, none }, (tensors) => {
      const lossWith = (changes: string) =>
        built.loss(tensors, {
          views: [tensors['x'] as tf.Tensor4D],
          samples: tensors['x'] as tf.Tensor4D,
          drawn: { changes: tensors[changes] as tf.Tensor },
          labels: null,
          scalars: {},
        }).loss;
      return { a: lossWith('same'), b: lossWith('none') };
    });
    expect(a).toEqual(b);
  });
  it('is learnt: the loss falls', async () => {
    const engine = await onnx.activate({ device: 'cpu', threads: 1 });
    const config = tinyConfig('maskedFeatures', { epochs: 12, batchSize: 16 });
    const losses = valuesOf(await collectEvents(config, tinyTable(), engine), 'loss');
    const mean = (part: readonly number[]): number => part.reduce((sum, loss) => sum + loss, 0) / part.length;
    expect(mean(losses.slice(-6))).toBeLessThan(0.9 * mean(losses.slice(0, 6)));
  });
});
