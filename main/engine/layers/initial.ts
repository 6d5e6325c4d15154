import type { Rng } from '../../core/rng.ts';
import type { HostTensor } from '../method.ts';

/** Normal values with variance 2 / fanIn (He et al., ICCV 2015, arXiv 1502.01852), right before ReLU. */
export function heNormal(rng: Rng, shape: readonly number[], fanIn: number): HostTensor {
  const deviation = Math.sqrt(2 / fanIn);
  return filled(shape, () => deviation * rng.normal());
}

/** Uniform values in +-1/sqrt(fanIn), PyTorch's default for linear layers. */
export function linearUniform(rng: Rng, shape: readonly number[], fanIn: number): HostTensor {
  const bound = 1 / Math.sqrt(fanIn);
  return filled(shape, () => bound * (2 * rng.uniform() - 1));
}

/** Uniform values in +-sqrt(6 / (from + to)) (Glorot & Bengio, AISTATS 2010), as the authors of ViT and MAE start dense layers: [from, to]. */
export function xavierUniform(rng: Rng, from: number, to: number): HostTensor {
  const bound = Math.sqrt(6 / (from + to));
  return filled([from, to], () => bound * (2 * rng.uniform() - 1));
}

/** Normal values of a deviation, drawn again beyond two of them: the usual start of tokens and positions. */
export function truncatedNormal(rng: Rng, shape: readonly number[], deviation: number): HostTensor {
  const draw = (): number => {
    const value = rng.normal();
    return Math.abs(value) <= 2 ? value : draw();
  };
  return filled(shape, () => deviation * draw());
}

/** Standard normal values, such as latent codes. */
export function normalValues(rng: Rng, shape: readonly number[]): HostTensor {
  return filled(shape, () => rng.normal());
}

/** Rows of length one in random directions: [count, dim]. */
export function unitRows(rng: Rng, count: number, dim: number): HostTensor {
  const data = new Float32Array(count * dim);
  for (let row = 0; row < count; row++) {
    const values = Array.from({ length: dim }, () => rng.normal());
    const length = Math.hypot(...values);
    data.set(values.map((value) => value / length), row * dim); // prettier-ignore
  }
  return { shape: [count, dim], dtype: 'float32', data };
}

/** The same value everywhere. */
export function constantValues(shape: readonly number[], value: number): HostTensor {
  return filled(shape, () => value);
}

function filled(shape: readonly number[], value: () => number): HostTensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, dtype: 'float32', data: Float32Array.from({ length: size }, value) };
}
