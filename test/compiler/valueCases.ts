import * as tf from '@tensorflow/tfjs';

import type { HostTensor } from '../../main/compiler/index.ts';
import type { DType } from '../../main/compiler/tensors.ts';
import type { Computation } from './compare.ts';

/** Where floats are delicate: not a number, infinite, zero, halves, very small, very large. */
const FLOATS = [
  NaN,
  Infinity,
  -Infinity,
  0,
  1,
  -1,
  0.5,
  -0.5,
  2.5,
  -2.5,
  1.5,
  3.7,
  -3.7,
  100,
  -100,
  1e-30,
  1e30,
];
/** Both signs, zero, and what int32 squares to without overflow. */
const INTEGERS = [0, 1, -1, 2, -2, 3, 7, -7, 10, -100, 30000];

const VALUES: Readonly<Record<DType, readonly number[]>> = { float32: FLOATS, int32: INTEGERS, bool: [0, 1] };

/** A vector, or any shape, of numbers in a type. */
export function tensorOf(
  values: readonly number[],
  dtype: DType,
  shape: readonly number[] = [values.length],
): HostTensor {
  const type = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  return { shape, dtype, data: type.from(values) };
}

/** One kernel on one type, over every delicate value or pair of them. */
export interface ValueCase {
  readonly name: string;
  readonly inputs: readonly HostTensor[];
  readonly run: Computation;
}

type Kernel = Readonly<Record<string, (...x: tf.Tensor[]) => tf.Tensor>>;
const kernels = tf as unknown as Kernel;

/** Kernels that TensorFlow.js gives integers and booleans, too. */
const UNARY = (
  'abs acos acosh asin asinh atan atanh exp expm1 log1p logSigmoid neg reciprocal relu relu6 round selu sign sinh ' +
  'softplus square isNaN isInf isFinite onesLike zerosLike step leakyRelu'
).split(' ');

/** Kernels for which it insists on floats. */
const UNARY_FLOAT = 'ceil cos cosh elu erf floor log rsqrt sigmoid sin sqrt tan tanh'.split(' ');

const BINARY = (
  'add sub mul div divNoNan floorDiv mod pow maximum minimum squaredDifference atan2 equal notEqual less lessEqual ' +
  'greater greaterEqual prelu'
).split(' ');

/** Binary kernels of float32 on two scales: powers and remainders of 1e30 differ in the last bit, which is large. */
const MODERATE = FLOATS.filter((value) => Math.abs(value) !== 1e30 && Math.abs(value) !== 1e-30);

/** Powers of 1 and -1 to NaN and the infinities, and integer powers that overflow, are deviations of their own. */
const EXPONENTS: Readonly<Record<DType, readonly number[]>> = {
  float32: [0, 1, -1, 0.5, 2.5, -2.5],
  int32: [0, 1, 2],
  bool: [0, 1],
};

function unaryCase(name: string, dtype: DType): ValueCase {
  const run: Computation = (x) => (kernels[name] as Computation)(x);
  return { name: `${name} of ${dtype}`, inputs: [tensorOf(VALUES[dtype], dtype)], run };
}

/** Every value against every value, by broadcasting a column with a row. */
function binaryCase(name: string, dtype: DType): ValueCase {
  const column = dtype === 'float32' ? MODERATE : VALUES[dtype];
  const row = name === 'pow' ? EXPONENTS[dtype] : column;
  const inputs = [tensorOf(column, dtype, [column.length, 1]), tensorOf(row, dtype)];
  return {
    name: `${name} of ${dtype}`,
    inputs,
    run: (a, b) => (kernels[name] as Computation)(a as tf.Tensor, b as tf.Tensor),
  };
}

const TYPES: readonly DType[] = ['float32', 'int32', 'bool'];

/** Sums of booleans leave 0 and 1, which the cpu kernels do not notice: see the deviations. */
const LEAVES_BOOLEANS = new Set(['add', 'sub']);

export const unaryValues: readonly ValueCase[] = TYPES.flatMap((dtype) =>
  [...UNARY, ...(dtype === 'float32' ? UNARY_FLOAT : [])].map((name) => unaryCase(name, dtype)),
);

export const binaryValues: readonly ValueCase[] = TYPES.flatMap((dtype) =>
  BINARY.filter((name) => dtype !== 'bool' || !LEAVES_BOOLEANS.has(name)).map((name) =>
    binaryCase(name, dtype),
  ),
);

export const logicalValues: readonly ValueCase[] = [
  ...['logicalAnd', 'logicalOr', 'logicalXor'].map((name) => binaryCase(name, 'bool')),
  unaryCase('logicalNot', 'bool'),
  {
    name: 'bitwiseAnd',
    inputs: [tensorOf([6, -1, 255], 'int32'), tensorOf([3, 12, 17], 'int32')],
    run: (a, b) => tf.bitwiseAnd(a as tf.Tensor, b as tf.Tensor),
  },
];

export const castValues: readonly ValueCase[] = TYPES.flatMap((from) =>
  TYPES.map((to) => ({
    name: `cast ${from} to ${to}`,
    inputs: [tensorOf(from === 'float32' ? MODERATE : VALUES[from], from)],
    run: (x: tf.Tensor) => tf.cast(x, to),
  })),
);

const REDUCTIONS = 'sum mean max min prod argMax argMin any all'.split(' ');

/** Axes from both ends, on numbers that neither overflow nor leave the order of equal ones open. */
export const reductionValues: readonly ValueCase[] = TYPES.flatMap((dtype) =>
  [0, -1, 1].flatMap((axis) =>
    REDUCTIONS.filter((name) => dtype === 'bool' || (name !== 'any' && name !== 'all')).map((name) => ({
      name: `${name} of ${dtype} along ${axis}`,
      inputs: [
        tensorOf(
          [0, 1, 1, 2, -3, 1, 0, 5, 4, 1, 1, -2].map((v) => (dtype === 'bool' ? v & 1 : v)),
          dtype,
          [3, 4],
        ),
      ],
      run: (x: tf.Tensor) =>
        (tf as unknown as Record<string, (x: tf.Tensor, axis: number) => tf.Tensor>)[name]?.(
          x,
          axis,
        ) as tf.Tensor,
    })),
  ),
);

const clip = (dtype: DType): ValueCase => ({
  name: `clipByValue of ${dtype}`,
  inputs: [tensorOf(VALUES[dtype], dtype)],
  run: (x: tf.Tensor) => tf.clipByValue(x, -2, 2),
});

const running = (
  name: 'cumsum' | 'cumprod',
  exclusive: boolean,
  reverse: boolean,
  axis: number,
): ValueCase => ({
  name: `${name} along ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`,
  inputs: [tensorOf([1, 2, 3, -1, 2, -3, 1, 5], 'int32', [2, 4])],
  run: (x: tf.Tensor) => tf[name](x, axis, exclusive, reverse),
});

export const otherValues: readonly ValueCase[] = [
  ...TYPES.map(clip),
  ...(['cumsum', 'cumprod'] as const).flatMap((name) =>
    [false, true].flatMap((exclusive) =>
      [false, true].map((reverse) => running(name, exclusive, reverse, 1)),
    ),
  ),
  running('cumsum', false, false, 0),
  running('cumprod', false, true, 0),
];

const empty = (shape: readonly number[], dtype: DType = 'float32'): HostTensor => tensorOf([], dtype, shape);

const nothing = (
  name: string,
  shapes: readonly (readonly number[])[],
  run: (...x: never[]) => tf.Tensor,
): ValueCase => ({
  name,
  inputs: shapes.map((shape) =>
    shape.includes(0) ? empty(shape) : tensorOf(shape.flatMap(() => [1, 2, 3]).slice(0, 3), 'float32', shape),
  ),
  run: run as Computation,
});

/** Tensors without elements, where ONNX Runtime has them. */
export const emptyValues: readonly ValueCase[] = [
  nothing('add', [[0, 3], [3]], (a: tf.Tensor, b: tf.Tensor) => a.add(b)),
  nothing('exp', [[2, 0]], (x: tf.Tensor) => x.exp()),
  nothing('sum', [[0, 3]], (x: tf.Tensor) => x.sum(0)),
  nothing('sum over the other axis', [[0, 3]], (x: tf.Tensor) => x.sum(1)),
  nothing('prod', [[0, 3]], (x: tf.Tensor) => x.prod(0)),
  nothing('mean', [[0, 3]], (x: tf.Tensor) => x.mean(0)),
  nothing(
    'matMul over nothing',
    [
      [2, 0],
      [0, 3],
    ],
    (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b),
  ),
  nothing(
    'matMul of nothing',
    [
      [0, 3],
      [3, 1],
    ],
    (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b),
  ),
  nothing(
    'concat',
    [
      [0, 3],
      [1, 3],
    ],
    (a: tf.Tensor, b: tf.Tensor) => tf.concat([a, b], 0),
  ),
  nothing('slice', [[3]], (x: tf.Tensor1D) => x.slice([1], [0])),
  nothing('transpose', [[0, 3]], (x: tf.Tensor) => x.transpose()),
  nothing('reshape', [[0, 3]], (x: tf.Tensor) => x.reshape([3, 0])),
  nothing('tile', [[0, 3]], (x: tf.Tensor2D) => x.tile([2, 2])),
  nothing('pad', [[0, 3]], (x: tf.Tensor2D) =>
    x.pad([
      [1, 0],
      [0, 1],
    ]),
  ),
  nothing('gather nothing', [[3]], (x: tf.Tensor) => tf.gather(x, tf.tensor1d([], 'int32'))),
  nothing('where', [[0, 3]], (x: tf.Tensor) => tf.where(x.greater(0), x, x)),
  nothing('reverse', [[0, 3]], (x: tf.Tensor2D) => x.reverse(0)),
  nothing('cast', [[0]], (x: tf.Tensor) => x.toInt()),
  nothing('softmax', [[0, 3]], (x: tf.Tensor) => x.softmax()),
];
