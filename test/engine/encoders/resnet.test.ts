import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { resnet18 } from '../../../main/engine/encoders/resnet18.ts';
import { resnet9 } from '../../../main/engine/encoders/resnet9.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import { groupNorm } from '../../../main/engine/layers/groupNorm.ts';
import type { HostTensor } from '../../../main/engine/method.ts';
import { trainSteps } from '../parity/steps.ts';
import reference from '../reference/methods.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf, wave } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';

const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 1 });
});
const SHAPE = [16, 16, 3] as const;
const small = { width: 4, norm: 'batch', groups: 2 };

describe.each(['cpu', 'onnx'])('group norm on %s agrees with torch', (name) => {
  it('in values and gradients', async () => {
    const inputs = {
      x: wave([2, 3, 3, 8]),
      dy: wave([2, 3, 3, 8], 0.2),
      gamma: wave([8], 0.7, 1),
      beta: wave([8], 0.7, 2),
    };
    const found = await evaluate(engines[name] as Engine, inputs, (given) => {
      const apply = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
        groupNorm({ gamma, beta }, x as tf.Tensor4D, 4);
      const of = [given['x'], given['gamma'], given['beta']] as [tf.Tensor, tf.Tensor, tf.Tensor];
      const gradients = tf.grads((x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
        apply(x, gamma, beta)
          .mul(given['dy'] as tf.Tensor)
          .sum(),
      )(of);
      const [dx, dgamma, dbeta] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor];
      return { y: apply(...of), dx, dgamma, dbeta };
    });
    for (const [key, expected] of Object.entries(reference.groupNorm))
      expect([key, largestDifference(found[key] ?? [], expected) < 1e-5]).toEqual([key, true]);
  });
});

/** The reference script's value of the tensor at place `index` among the trainable ones. */
function formula(name: string, { shape }: HostTensor, index: number): HostTensor {
  const fanIn = shape.slice(0, -1).reduce((product, extent) => product * extent, 1);
  const scale = name.endsWith('filter') ? Math.sqrt(2 / fanIn) : 0.1;
  return tensorOf(shape, (i) => scale * Math.sin(0.37 * i * i + index) + (name.endsWith('gamma') ? 1 : 0));
}

describe.each([
  ['resnet9', resnet9, small],
  ['resnet9 group', resnet9, { ...small, norm: 'group' }],
  ['resnet18', resnet18, small],
] as const)('%s', (name, encoder, params) => {
  it('has the representation that the same network has in torch', async () => {
    const network = encoder.build(params, SHAPE, IMAGE);
    const { values, trainable } = network.init(Rng.stream(1, 'init'));
    const fixed = trainable.map((tensor, index) => [
      tensor,
      formula(tensor, values[tensor] as HostTensor, index),
    ]);
    const given = { ...values, ...(Object.fromEntries(fixed) as typeof values) };
    const x = wave([3, ...SHAPE], 0.53);
    const found = await evaluate(engines['onnx'] as Engine, { ...given, x }, (tensors) => ({
      h: network.apply(tensors, tensors['x'] as tf.Tensor, true).y,
    }));
    expect(network.dim).toBe(32);
    expect(largestDifference(found['h'] ?? [], reference[name])).toBeLessThan(2e-5);
  });
});

describe('residual encoders', () => {
  it('have as many parameters as the published ones: ResNet-18 with the stem for CIFAR 11,168,832', () => {
    const { values, trainable } = resnet18
      .build({ width: 64, norm: 'batch', groups: 8 }, [32, 32, 3], IMAGE)
      .init(Rng.stream(1, 'init'));
    expect(trainable.reduce((sum, name) => sum + (values[name]?.data.length ?? 0), 0)).toBe(11_168_832);
  });
  it('have no running statistics with group norm, so that a sample’s representation is its own', async () => {
    const network = resnet9.build({ ...small, norm: 'group' }, SHAPE, IMAGE);
    const { values } = network.init(Rng.stream(1, 'init'));
    expect(Object.keys(values).some((name) => /mean|variance/.test(name))).toBe(false);
    const x = wave([2, ...SHAPE]);
    const found = await evaluate(engines['onnx'] as Engine, { ...values, x }, (given) => {
      const both = given['x'] as tf.Tensor4D;
      const h = (images: tf.Tensor4D) => network.apply(given, images, true).y;
      return {
        together: h(both).slice([0, 0], [1, -1]),
        alone: h(both.slice([0, 0, 0, 0], [1, -1, -1, -1])),
      };
    });
    expect(largestDifference(found['together'] ?? [], found['alone'] ?? [])).toBeLessThan(1e-5);
  });
  it('refuse groups that do not come out even', () => {
    expect(() => resnet9.build({ width: 4, norm: 'group', groups: 3 }, SHAPE, IMAGE)).toThrow(
      /3 equal groups/,
    );
  });
  it.each(['batch', 'group'])('take finite steps with %s norm', async (norm) => {
    const changes = { encoder: { id: 'resnet9', params: { ...small, norm } } };
    const { losses } = await trainSteps(engines['onnx'] as Engine, 'simclr', changes);
    expect(losses.every(Number.isFinite)).toBe(true);
    const mean = (from: number) => losses.slice(from, from + 6).reduce((sum, loss) => sum + loss, 0) / 6;
    expect(mean(14)).toBeLessThan(mean(0));
  });
});
