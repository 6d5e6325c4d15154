import * as tf from '@tensorflow/tfjs';
import type { HostTensor, Network, Tensors } from '../method.ts';
import { batchNorm, batchNormInit } from './batchNorm.ts';
import { linearUniform } from './initial.ts';
import { prefixed, within } from './names.ts';

/** What an MLP looks like: widths of its layers from input to output. */
export interface MlpShape {
  readonly widths: readonly number[];
  /** Batch norm before every ReLU. */
  readonly batchNorm: boolean;
  /** Batch norm of the output, without scale and shift. */
  readonly outputNorm?: boolean;
}

/** Linear layers with ReLU between them: projectors, predictors and heads. */
export function mlp({ widths, batchNorm: normalised, outputNorm = false }: MlpShape): Network {
  const layers = widths.slice(1).map((width, index) => ({
    name: `linear${index + 1}`,
    from: widths[index] as number,
    width,
    last: index === widths.length - 2,
  }));
  const hasNorm = (layer: { last: boolean }): boolean => (layer.last ? outputNorm : normalised);
  return {
    dim: widths.at(-1) as number,
    init(rng) {
      const values: Record<string, HostTensor> = {};
      const trainable: string[] = [];
      const decay: string[] = [];
      for (const layer of layers) {
        values[`${layer.name}/weight`] = linearUniform(rng, [layer.from, layer.width], layer.from);
        values[`${layer.name}/bias`] = linearUniform(rng, [layer.width], layer.from);
        trainable.push(`${layer.name}/weight`, `${layer.name}/bias`);
        decay.push(`${layer.name}/weight`);
        if (!hasNorm(layer)) continue;
        Object.assign(values, prefixed(batchNormInit(layer.width), `${layer.name}Norm`));
        if (!layer.last) trainable.push(`${layer.name}Norm/gamma`, `${layer.name}Norm/beta`);
      }
      return { values, trainable, decay };
    },
    apply(params, x, training) {
      let y: tf.Tensor = x;
      let updates: Tensors = {};
      for (const layer of layers) {
        const { weight, bias } = within(params, layer.name) as Record<'weight' | 'bias', tf.Tensor>;
        y = tf.matMul(y as tf.Tensor2D, weight as tf.Tensor2D).add(bias);
        if (hasNorm(layer)) {
          const normed = batchNorm(within(params, `${layer.name}Norm`), y, training);
          y = normed.y;
          updates = { ...updates, ...prefixed(normed.updates, `${layer.name}Norm`) };
        }
        if (!layer.last) y = tf.relu(y);
      }
      return { y, updates };
    },
  };
}
