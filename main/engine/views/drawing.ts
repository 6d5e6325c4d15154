import type * as tf from '@tensorflow/tfjs';
import type { HostTensor } from '../method.ts';

/** Calls `row` once per sample, in order, and lays its numbers out as [count, width]. */
export function drawRows(
  count: number,
  width: number,
  row: (sample: number) => readonly number[],
): HostTensor {
  const data = new Float32Array(count * width);
  for (let sample = 0; sample < count; sample++) data.set(row(sample), sample * width);
  return { shape: [count, width], dtype: 'float32', data };
}

/** Column `index` of drawn numbers [n, k] as [n, 1, 1, 1], to be broadcast over images. */
export function perSample(drawn: tf.Tensor, index: number): tf.Tensor4D {
  const [count = 0] = drawn.shape;
  return drawn.slice([0, index], [count, 1]).reshape([count, 1, 1, 1]);
}

/** Where mask [n, 1, 1, 1] is 1 the changed image, where it is 0 the original, bit for bit. */
export function selectSamples(mask: tf.Tensor4D, changed: tf.Tensor4D, original: tf.Tensor4D): tf.Tensor4D {
  return changed.mul(mask).add(original.mul(mask.neg().add(1)));
}
