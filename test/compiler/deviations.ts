import * as tf from '@tensorflow/tfjs';

import type { HostTensor } from '../../main/compiler/index.ts';
import type { Computation } from './compare.ts';
import { tensorOf } from './valueCases.ts';

/** A computation on which the compiled graph and TensorFlow.js's cpu kernels disagree on purpose. */
export interface Deviation {
  readonly name: string;
  readonly inputs: readonly HostTensor[];
  readonly run: Computation;
  readonly ours: readonly number[];
  readonly cpu: readonly number[];
  /** Whose answer is right, and why. */
  readonly why: string;
}

const floats = (values: readonly number[], shape?: readonly number[]): HostTensor =>
  tensorOf(values, 'float32', shape);
const integers = (values: readonly number[]): HostTensor => tensorOf(values, 'int32');
const booleans = (values: readonly number[]): HostTensor => tensorOf(values, 'bool');

const counted = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Gradient of the sum of a computation, weighed by 1, 2, 3 ... */
const gradient =
  (run: (x: tf.Tensor) => tf.Tensor): Computation =>
  (x) =>
    tf.grad((v) => {
      const y = run(v);
      return y.mul(tf.range(1, y.size + 1).reshape(y.shape)).sum();
    })(x as tf.Tensor);

const binary = (
  name: 'add' | 'sub' | 'mul' | 'pow',
  a: HostTensor,
  b: HostTensor,
): Pick<Deviation, 'inputs' | 'run'> => ({
  inputs: [a, b],
  run: (x, y) => tf[name](x as tf.Tensor, y as tf.Tensor),
});

/** An oblong image, whose gradient the cpu kernel of `ResizeBilinearGrad` returns with height and width exchanged. */
export const oblongResize: Pick<Deviation, 'inputs' | 'run'> = {
  inputs: [floats(counted(6), [1, 2, 3, 1])],
  run: gradient((x) => tf.image.resizeBilinear(x as tf.Tensor4D, [3, 4])),
};

/** The cpu kernels are wrong, or lose what int32 holds. */
export const cpuIsWrong: readonly Deviation[] = [
  {
    name: 'product of large integers',
    ...binary('mul', integers([2147483647]), integers([2147483647])),
    ours: [1],
    cpu: [0],
    why: 'the cpu kernel multiplies in float64, which drops the low bits that int32 keeps',
  },
  {
    name: 'sum of booleans',
    ...binary('add', booleans([0, 1]), booleans([1, 1])),
    ours: [1, 1],
    cpu: [1, 2],
    why: 'the cpu kernel leaves a 2 in a boolean tensor',
  },
  {
    name: 'difference of booleans',
    ...binary('sub', booleans([0, 1]), booleans([1, 1])),
    ours: [1, 0],
    cpu: [255, 0],
    why: 'the cpu kernel leaves a 255 in a boolean tensor',
  },
  {
    name: 'all of nothing',
    inputs: [booleans([])],
    run: (x) => tf.all(x as tf.Tensor),
    ours: [1],
    cpu: [0],
    why: 'nothing contradicts: all of an empty list is true',
  },
  {
    name: 'argMax where NaN comes first',
    inputs: [floats([NaN, 1, 5])],
    run: (x) => tf.argMax(x as tf.Tensor),
    ours: [2],
    cpu: [0],
    why: 'TensorFlow.js says that argMax passes over NaN, and its kernel does so unless NaN comes first',
  },
  {
    name: 'gradient of avgPool at borders',
    inputs: [floats(counted(9), [1, 3, 3, 1])],
    run: gradient((x) => tf.avgPool(x as tf.Tensor4D, 3, 1, 'same')),
    ours: [65 / 36, 32 / 9, 95 / 36, 44 / 9, 80 / 9, 56 / 9, 155 / 36, 68 / 9, 185 / 36],
    cpu: [4 / 3, 7 / 3, 16 / 9, 3, 5, 11 / 3, 8 / 3, 13 / 3, 28 / 9],
    why: 'the cpu kernel divides by the whole window, its forward pass by the pixels that the window covers',
  },
  {
    name: 'gradient of avgPool3d at borders',
    inputs: [floats(counted(8), [1, 2, 2, 2, 1])],
    run: gradient((x) => tf.avgPool3d(x as tf.Tensor5D, 3, 1, 'same')),
    ours: [4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5, 4.5],
    cpu: [4 / 3, 4 / 3, 4 / 3, 4 / 3, 4 / 3, 4 / 3, 4 / 3, 4 / 3],
    why: 'as in two dimensions',
  },
  {
    name: 'gradient of maxPool3d over windows that are not square',
    inputs: [floats([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], [1, 1, 3, 4, 1])],
    run: gradient((x) => tf.maxPool3d(x as tf.Tensor5D, [1, 2, 1], 1, 'valid')),
    ours: [0, 0, 3, 0, 6, 8, 0, 4, 0, 0, 7, 8],
    cpu: [0, 0, 3, 0, 0, 6, 0, 0, 0, 0, 0, 0],
    why: 'the cpu kernel numbers the rows of a window by its height instead of its width',
  },
  {
    name: 'image.transform of two images',
    inputs: [floats([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1])],
    run: (x) =>
      tf.image.transform(
        x as tf.Tensor4D,
        tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0], [1, 8]),
        'nearest',
        'constant',
        9,
      ),
    ours: [1, 2, 3, 4, 5, 6, 7, 8],
    cpu: [1, 2, 3, 4, 9, 9, 9, 9],
    why: 'the cpu kernel returns after the first image',
  },
  {
    name: 'parts of a complex tensor after its reshape',
    inputs: [floats(counted(6), [2, 3])],
    run: (x) => {
      const z = tf.complex(x as tf.Tensor, x as tf.Tensor);
      z.reshape([3, 2]);
      return tf.tensor1d(tf.real(z).shape);
    },
    ours: [2, 3],
    cpu: [3, 2],
    why: 'the cpu kernel changes the shape of its input',
  },
  {
    name: 'gradient of resizeNearestNeighbor for two images',
    inputs: [floats(counted(8), [2, 2, 2, 1])],
    run: gradient((x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [4, 3])),
    ours: [12, 9, 36, 21, 60, 33, 84, 45],
    cpu: [12, 9, 36, 21, 28, 17, 52, 29],
    why: 'the cpu kernel forgets where the second image of the gradient begins',
  },
];

/** The compiled graph gives another answer where none is right, or where ONNX Runtime's is dearer to mend than worth. */
export const onnxDiffers: readonly Deviation[] = [
  {
    name: 'max of NaN',
    inputs: [floats([3, NaN, 2])],
    run: (x) => tf.max(x as tf.Tensor),
    ours: [3],
    cpu: [NaN],
    why: 'ReduceMax of ONNX Runtime passes over NaN; looking for NaN first would read every tensor twice more',
  },
  {
    name: 'powers of one',
    ...binary('pow', floats([1, 1, -1]), floats([NaN, Infinity, -Infinity])),
    ours: [1, 1, 1],
    cpu: [NaN, NaN, NaN],
    why: 'IEEE 754 says 1, JavaScript NaN',
  },
  {
    name: 'negative powers of the integer zero',
    ...binary('pow', integers([0]), integers([-1])),
    ours: [-2147483648],
    cpu: [0],
    why: 'neither is a number',
  },
  {
    name: 'integers from floats that they do not hold',
    inputs: [floats([3e9, -3e9])],
    run: (x) => tf.cast(x as tf.Tensor, 'int32'),
    ours: [0, 0],
    cpu: [-1294967296, 1294967296],
    why: 'the cpu kernel drops high bits, as JavaScript does; here what does not fit becomes 0, as NaN does in both',
  },
  {
    name: 'angles at minus zero',
    inputs: [floats([0, -0]), floats([-0, -1])],
    run: (y, x) => tf.atan2(y as tf.Tensor, x as tf.Tensor),
    ours: [0, Math.PI],
    cpu: [Math.PI, -Math.PI],
    why: 'a compiled comparison does not see the sign of zero',
  },
];
