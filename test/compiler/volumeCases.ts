import * as tf from '@tensorflow/tfjs';

import type { GradientCheck, KernelCase } from './kernelCases.ts';

type T1 = tf.Tensor1D;
type T2 = tf.Tensor2D;
type T3 = tf.Tensor3D;
type T4 = tf.Tensor4D;
type T5 = tf.Tensor5D;

function make(
  name: string,
  shapes: readonly (readonly number[])[],
  run: (...x: never[]) => tf.Tensor,
  gradient: GradientCheck,
  shift = 0,
): KernelCase {
  return { name, shapes, run: run as KernelCase['run'], gradient, shift };
}

const VOLUME = [2, 4, 5, 6, 2] as const;

export const volumeCases: readonly KernelCase[] = [
  make('conv3d', [VOLUME, [3, 2, 3, 2, 3]], (x: T5, w: T5) => tf.conv3d(x, w, 1, 'same'), 'both'),
  make(
    'conv3d strided',
    [VOLUME, [3, 2, 3, 2, 3]],
    (x: T5, w: T5) => tf.conv3d(x, w, [2, 1, 2], 'same'),
    'both',
  ),
  make('conv3d valid', [VOLUME, [2, 2, 3, 2, 3]], (x: T5, w: T5) => tf.conv3d(x, w, 2, 'valid'), 'both'),
  make(
    'conv3dTranspose',
    [
      [1, 2, 3, 2, 3],
      [2, 2, 3, 2, 3],
    ],
    (x: T5, w: T5) => tf.conv3dTranspose(x, w, [1, 4, 6, 4, 2], 2, 'same'),
    'none',
  ),
  make('maxPool3d', [VOLUME], (x: T5) => tf.maxPool3d(x, 2, 2, 'same'), 'both'),
  {
    ...make(
      'maxPool3d overlapping',
      [[1, 3, 4, 4, 1]],
      (x: T5) => tf.maxPool3d(x, [2, 3, 2], 1, 'valid'),
      'difference',
    ),
    seed: 100_003,
  },
  make('avgPool3d', [[1, 4, 4, 6, 2]], (x: T5) => tf.avgPool3d(x, 2, 2, 'valid'), 'both'),
  make('avgPool3d at borders', [VOLUME], (x: T5) => tf.avgPool3d(x, 3, 2, 'same'), 'difference'),
  make(
    'spaceToBatchND',
    [[2, 4, 6, 2]],
    (x: T4) =>
      tf.spaceToBatchND(
        x,
        [2, 3],
        [
          [1, 1],
          [0, 0],
        ],
      ),
    'both',
  ),
  make(
    'batchToSpaceND',
    [[8, 2, 3, 2]],
    (x: T4) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [1, 0],
          [0, 2],
        ],
      ),
    'both',
  ),
  make(
    'localResponseNormalization',
    [[2, 3, 3, 7]],
    (x: T4) => tf.localResponseNormalization(x, 2, 1, 0.7, 0.6),
    'both',
    1,
  ),
  make(
    'dilation2d',
    [
      [2, 6, 7, 3],
      [2, 3, 3],
    ],
    (x: T4, w: T3) => tf.dilation2d(x, w, 1, 'same'),
    'both',
  ),
  make(
    'dilation2d strided and dilated',
    [
      [2, 7, 7, 2],
      [2, 2, 2],
    ],
    (x: T4, w: T3) => tf.dilation2d(x, w, [2, 1], 'valid', [1, 2]),
    'both',
  ),
  make(
    'maxPoolWithArgmax',
    [[2, 5, 6, 3]],
    (x: T4) => {
      const within = tf.maxPoolWithArgmax(x, 2, 2, 'same', false);
      const over = tf.maxPoolWithArgmax(x, [2, 3], 1, 'valid', true);
      return tf.concat(
        [within.result, within.indexes, over.result, over.indexes].map((part) =>
          (part as tf.Tensor).toFloat().flatten(),
        ),
      );
    },
    'none',
  ),
  make(
    'rotateWithOffset',
    [[2, 5, 6, 4]],
    (x: T4) => tf.image.rotateWithOffset(x, 0.7, [1, 2, 3], [0.4, 0.6]),
    'none',
  ),
];

export const spectralCases: readonly KernelCase[] = [
  make(
    'fft and its inverse',
    [
      [3, 6],
      [3, 6],
    ],
    (a: tf.Tensor, b: tf.Tensor) => {
      const z = tf.complex(a, b);
      const spectrum = tf.spectral.fft(z);
      const back = tf.spectral.ifft(spectrum.mul(tf.complex(b, a)));
      return tf.stack([tf.real(spectrum), tf.imag(spectrum), tf.real(back), tf.imag(back), tf.abs(z)]);
    },
    'none',
  ),
  make(
    'complex numbers move like real ones',
    [
      [3, 4],
      [3, 4],
    ],
    (a: tf.Tensor, b: tf.Tensor) => {
      const z = tf.complex(a, b);
      const tall = z.reshape([4, 3]).sub(tf.zerosLike(z).reshape([4, 3]));
      // The cpu backend's reshape gives the parts of its own input the new shape, too.
      const parts = tf.concat(
        [tf.complex(a, b).transpose(), tall, tf.onesLike(z).reshape([4, 3]).add(tall)],
        0,
      );
      return tf.concat([tf.real(parts), tf.imag(parts), tf.cast(parts, 'float32')]);
    },
    'none',
  ),
  make(
    'rfft and irfft',
    [[2, 8]],
    (x: tf.Tensor) => {
      const spectrum = tf.spectral.rfft(x);
      return tf.concat([tf.real(spectrum), tf.imag(spectrum), tf.spectral.irfft(spectrum)], 1);
    },
    'none',
  ),
];

/** Whole numbers from the inputs of a case. */
const whole = (x: tf.Tensor, scale: number): tf.Tensor => x.mul(scale).round().toInt();

export const countingCases: readonly KernelCase[] = [
  make(
    'bincount',
    [[20], [20]],
    (x: T1, w: T1) =>
      tf.concat([
        tf.bincount(whole(x.abs(), 9) as T1, w, 4),
        tf.bincount(whole(x.abs(), 9) as T1, [] as unknown as T1, 6).toFloat(),
      ]),
    'none',
  ),
  make(
    'denseBincount',
    [
      [3, 20],
      [3, 20],
    ],
    (x: T2, w: T2) => {
      const numbers = whole(x.abs(), 9) as T2;
      return tf.stack([tf.denseBincount(numbers, w, 4), tf.denseBincount(numbers, w, 4, true)]);
    },
    'none',
  ),
  make(
    'searchSorted',
    [
      [2, 6],
      [2, 5],
    ],
    (s: T2, v: T2) => {
      const sorted = tf.reverse(tf.topk(s.mul(4).round(), 6).values, 1);
      const wanted = v.mul(4).round();
      return tf.stack([tf.lowerBound(sorted, wanted), tf.upperBound(sorted, wanted)]);
    },
    'none',
  ),
  make(
    'tensorScatterUpdate and sparseToDense',
    [[4, 3], [2, 3], [2]],
    (x: T2, rows: T2, v: T1) => {
      const index = tf.tensor2d([[3], [1]], [2, 1], 'int32');
      const dense = tf.sparseToDense(
        tf.tensor2d(
          [
            [0, 1],
            [3, 2],
          ],
          [2, 2],
          'int32',
        ),
        v,
        [4, 3],
        tf.scalar(-1),
      );
      return tf.stack([tf.tensorScatterUpdate(x, index, rows), dense]);
    },
    'none',
  ),
  make('bitwiseAnd', [[6], [6]], (a: T1, b: T1) => tf.bitwiseAnd(whole(a, 90), whole(b, 90)), 'none'),
  make('diag', [[2, 3]], (x: T2) => tf.diag(x), 'none'),
  make(
    'unsortedSegmentSum drops what has no segment',
    [[4, 3]],
    (x: T2) => tf.unsortedSegmentSum(x, tf.tensor1d([2, -1, 2, 1], 'int32'), 3),
    'difference',
  ),
];

/** Flat or stepwise functions: their gradient is zero, and so is the difference away from the steps. */
export const flatCases: readonly KernelCase[] = [
  {
    ...make(
      'floor, ceil, round, sign, step',
      [[3, 4]],
      (x: T2) => tf.stack([x.mul(3).floor(), x.mul(3).ceil(), x.mul(3).round(), x.sign(), x.step(0.3)]),
      'both',
    ),
    seed: 100_003,
  },
  make(
    'argMax, argMin, oneHot',
    [[3, 4]],
    (x: T2) => tf.stack([tf.oneHot(x.argMax(1), 4).toFloat(), tf.oneHot(x.argMin(1), 4).toFloat()]),
    'both',
  ),
  make(
    'isNaN, isInf, isFinite, greaterEqual',
    [[3, 4]],
    (x: T2) => tf.stack([x.isNaN(), x.isInf(), x.isFinite(), x.greaterEqual(0)].map((y) => y.toFloat())),
    'both',
  ),
  make('zerosLike, onesLike', [[3, 4]], (x: T2) => tf.zerosLike(x).add(tf.onesLike(x)).add(x), 'both'),
  {
    ...make(
      'mod',
      [
        [3, 4],
        [3, 4],
      ],
      (a: T2, b: T2) => a.mul(2).mod(b),
      'both',
      1,
    ),
    seed: 107_922,
  },
  make(
    'mirrorPad',
    [[3, 4]],
    (x: T2) =>
      tf.concat([
        x.mirrorPad(
          [
            [1, 1],
            [2, 1],
          ],
          'reflect',
        ),
        x.mirrorPad(
          [
            [1, 1],
            [2, 1],
          ],
          'symmetric',
        ),
      ]),
    'both',
  ),
  make(
    'cumprod',
    [[3, 4]],
    (x: T2) => tf.concat([tf.cumprod(x, 1), tf.cumprod(x, 1, true, true)]),
    'none',
    1,
  ),
];
