import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import type { Rng } from '../../core/rng.ts';
import type { HostTensor, HostTensors, Tensors } from '../method.ts';
import { constantValues, xavierUniform } from './initial.ts';
import { prefixed, within } from './names.ts';

/** Added to the variance, as the authors of ViT, DINO and MAE do. */
const EPSILON = 1e-6;
/** Low enough to vanish in every softmax. */
const MASKED = -1e9;

/** What a stack of transformer blocks looks like. */
export interface TransformerShape {
  readonly width: number;
  readonly depth: number;
  readonly heads: number;
  /** Width of the hidden layer of a block's MLP over the width of tokens. */
  readonly ratio: number;
}

/** @throws AppError invalidConfig if tokens cannot be split evenly among the heads of an encoder */
export function checkHeads(
  encoder: string,
  { width, heads }: Pick<TransformerShape, 'width' | 'heads'>,
): void {
  if (width % heads === 0) return;
  throw new AppError({
    code: 'invalidConfig',
    message: `Encoder ${encoder} splits ${width} numbers per token among ${heads} heads, which does not come out even.`,
    hint: 'Set encoder.params.width to a multiple of encoder.params.heads.',
  });
}

/** What a network's `init` answers. */
export interface Initial {
  readonly values: HostTensors;
  readonly trainable: readonly string[];
  readonly decay: readonly string[];
}

/** Every value trainable; weight decay for matrices named `weight` alone. */
export function allTrainable(values: HostTensors): Initial {
  const trainable = Object.keys(values);
  return { values, trainable, decay: trainable.filter((name) => /(^|\/)weight$/.test(name)) };
}

/** Weight [from, to] and bias of a dense layer. */
export function denseInit(
  rng: Rng,
  from: number,
  to: number,
): Readonly<Record<'weight' | 'bias', HostTensor>> {
  return { weight: xavierUniform(rng, from, to), bias: constantValues([to], 0) };
}

/** Dense layer on the last axis of x [..., from] -> [..., to]. */
export function dense(params: Tensors, x: tf.Tensor): tf.Tensor {
  const { weight, bias } = params as Readonly<Record<'weight' | 'bias', tf.Tensor>>;
  const [from = 0, to = 0] = weight.shape;
  const rows = tf.matMul(x.reshape([-1, from]) as tf.Tensor2D, weight as tf.Tensor2D).add(bias);
  return rows.reshape([...x.shape.slice(0, -1), to]);
}

/** Scale and shift of a layer norm. */
export function layerNormInit(width: number): HostTensors {
  return { gamma: constantValues([width], 1), beta: constantValues([width], 0) };
}

/** Layer normalisation over the last axis (Ba, Kiros & Hinton, arXiv 1607.06450). */
export function layerNorm(params: Tensors, x: tf.Tensor, epsilon = EPSILON): tf.Tensor {
  const { gamma, beta } = params as Readonly<Record<'gamma' | 'beta', tf.Tensor>>;
  const { mean, variance } = tf.moments(x, -1, true);
  return x
    .sub(mean)
    .mul(tf.rsqrt(variance.add(epsilon)))
    .mul(gamma)
    .add(beta);
}

/** x times the normal distribution function of x, exactly (Hendrycks & Gimpel, arXiv 1606.08415). */
export function gelu(x: tf.Tensor): tf.Tensor {
  return x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5);
}

/**
 * Multi-head self-attention of tokens x [n, t, width] (Vaswani et al., arXiv 1706.03762). `keep` [n, t] is 1 for tokens that others may
 * look at and 0 for filling; null: all.
 */
export function attention(
  params: Tensors,
  x: tf.Tensor3D,
  heads: number,
  keep: tf.Tensor2D | null,
): tf.Tensor {
  const [count, tokens, width] = x.shape;
  const each = width / heads;
  const split = dense(within(params, 'qkv'), x).reshape([count, tokens, 3, heads, each]);
  const [q, k, v] = tf.unstack(split.transpose([2, 0, 3, 1, 4])) as [tf.Tensor, tf.Tensor, tf.Tensor]; // [n, heads, t, each]
  const scores = tf.matMul(q, k, false, true).mul(1 / Math.sqrt(each));
  const masked = keep === null ? scores : scores.add(keep.reshape([count, 1, 1, tokens]).sub(1).mul(-MASKED));
  const mixed = tf.matMul(tf.softmax(masked), v).transpose([0, 2, 1, 3]).reshape([count, tokens, width]);
  return dense(within(params, 'out'), mixed);
}

function blockInit(rng: Rng, { width, ratio }: TransformerShape): HostTensors {
  return {
    ...prefixed(layerNormInit(width), 'norm1'),
    ...prefixed(denseInit(rng, width, 3 * width), 'qkv'),
    ...prefixed(denseInit(rng, width, width), 'out'),
    ...prefixed(layerNormInit(width), 'norm2'),
    ...prefixed(denseInit(rng, width, ratio * width), 'up'),
    ...prefixed(denseInit(rng, ratio * width, width), 'down'),
  };
}

/** Pre-norm block: attention, then an MLP with GELU, each added to what came in. */
function block(params: Tensors, x: tf.Tensor3D, heads: number, keep: tf.Tensor2D | null): tf.Tensor3D {
  const seen = attention(params, layerNorm(within(params, 'norm1'), x) as tf.Tensor3D, heads, keep);
  const h = x.add(seen);
  const hidden = gelu(dense(within(params, 'up'), layerNorm(within(params, 'norm2'), h)));
  return h.add(dense(within(params, 'down'), hidden)) as tf.Tensor3D;
}

/** Initial tensors of a stack: blocks `block1`, `block2` ... and the `norm` after them. */
export function transformerInit(rng: Rng, shape: TransformerShape): HostTensors {
  const blocks = Array.from({ length: shape.depth }, (_, index) =>
    prefixed(blockInit(rng, shape), `block${index + 1}`),
  );
  return Object.assign({}, ...blocks, prefixed(layerNormInit(shape.width), 'norm')) as HostTensors;
}

/** Tokens x [n, t, width] after all blocks and the last norm; `keep` as in `attention`. */
export function transformer(
  params: Tensors,
  x: tf.Tensor3D,
  { depth, heads }: Pick<TransformerShape, 'depth' | 'heads'>,
  keep: tf.Tensor2D | null = null,
): tf.Tensor3D {
  let tokens = x;
  for (let index = 1; index <= depth; index++)
    tokens = block(within(params, `block${index}`), tokens, heads, keep);
  return layerNorm(within(params, 'norm'), tokens) as tf.Tensor3D;
}
