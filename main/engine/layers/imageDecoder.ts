import * as tf from '@tensorflow/tfjs';
import type { Network, Tensors } from '../method.ts';
import { batchNorm, batchNormInit, isRunningStatistic } from './batchNorm.ts';
import { constantValues, heNormal } from './initial.ts';
import { prefixed, within } from './names.ts';
import { allTrainable, dense } from './transformer.ts';

/** Side of the filters that double height and width. */
const SIZE = 4;

/** What a decoder makes images of. */
export interface DecoderShape {
  /** Width of what it is given. */
  readonly from: number;
  /** Height, width and channels of the images. */
  readonly shape: readonly [number, number, number];
  /** Filters before the last layer; the first has twice as many. */
  readonly width: number;
}

/**
 * Vectors [n, from] -> images [n, h, w, c] without a last nonlinearity: a dense layer to a quarter of height and width, then two
 * transposed convolutions of stride 2 with batch norm and ReLU before each, as DCGAN's generator has them; what stands over is cut off.
 */
export function imageDecoder({ from, shape, width }: DecoderShape): Network {
  const [height, across, channels] = shape;
  const start = [Math.ceil(height / 4), Math.ceil(across / 4)] as const;
  const cells = start[0] * start[1];
  const layers = [
    { name: 'up1', from: 2 * width, to: width, grow: 2 },
    { name: 'up2', from: width, to: channels, grow: 4 },
  ] as const;
  return {
    dim: height * across * channels,
    init(rng) {
      const filters = layers.map(({ name, from: inputs, to }) => ({
        // Of the filter's 16 places, 4 meet each pixel.
        [`${name}/filter`]: heNormal(rng, [SIZE, SIZE, to, inputs], 4 * inputs),
        ...prefixed(batchNormInit(inputs), `${name}/norm`),
      }));
      const values = {
        'start/weight': heNormal(rng, [from, cells * 2 * width], from),
        'start/bias': constantValues([cells * 2 * width], 0),
        ...Object.assign({}, ...filters),
        bias: constantValues([channels], 0),
      };
      const { trainable } = allTrainable(values);
      return {
        values,
        trainable: trainable.filter((name) => !isRunningStatistic(name)),
        decay: trainable.filter((name) => /(weight|filter)$/.test(name)),
      };
    },
    apply(tensors, x, training) {
      const count = x.shape[0] ?? 0;
      let y = dense(within(tensors, 'start'), x).reshape([count, ...start, 2 * width]) as tf.Tensor4D;
      let updates: Tensors = {};
      for (const { name, to, grow } of layers) {
        const own = within(tensors, name);
        const found = batchNorm(within(own, 'norm'), y, training);
        updates = { ...updates, ...prefixed(found.updates, `${name}/norm`) };
        const size: [number, number, number, number] = [count, start[0] * grow, start[1] * grow, to];
        y = tf.conv2dTranspose(tf.relu(found.y), own['filter'] as tf.Tensor4D, size, 2, 'same');
      }
      const cut = y.slice([0, 0, 0, 0], [count, height, across, channels]);
      return { y: cut.add(tensors['bias'] as tf.Tensor1D), updates };
    },
  };
}
