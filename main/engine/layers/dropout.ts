import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../../core/rng.ts';
import type { HostTensors, Tensors } from '../method.ts';

/** A prime whose square is exact in single precision. */
const PRIME = 4093;

/** Two numbers per sample and one per place: small enough to be drawn and handed over in every step. */
export function drawDropout(rng: Rng, rows: number, places: number): HostTensors {
  const numbers = (count: number): Float32Array =>
    Float32Array.from({ length: count }, () => rng.below(PRIME));
  return {
    rows: { shape: [rows, 2], dtype: 'float32', data: numbers(2 * rows) },
    places: { shape: [places], dtype: 'float32', data: numbers(places) },
  };
}

/** Remainder of whole numbers below 2^24; a half more keeps rounding away from the edge. */
function remainder(x: tf.Tensor): tf.Tensor {
  return x.sub(x.add(0.5).div(PRIME).floor().mul(PRIME));
}

/**
 * Dropout (Srivastava et al., JMLR 2014): every value of x [n, ...] is 0 with probability `rate`, and the others are divided by what is
 * kept. Chance is (a r + b) mod p of drawn numbers, pairwise independent and the same on every engine. Without drawn numbers x itself.
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, drawn: Tensors): T {
  const { rows, places } = drawn;
  if (rate === 0 || rows === undefined || places === undefined) return x;
  const count = x.shape[0] as number;
  const own = rows.slice([0, 0], [count, 2]);
  const [a, b] = tf.split(own, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const chance = remainder(a.mul(places.reshape([1, -1])).add(b)); // [n, places], 0..p-1
  const kept = chance
    .greaterEqual(rate * PRIME)
    .toFloat()
    .div(1 - rate);
  return x.mul(kept.reshape(x.shape));
}
