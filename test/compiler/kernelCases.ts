import * as tf from '@tensorflow/tfjs';

/**
 * `both`: against the cpu kernels' gradient and a central difference. `cpu`: only the former, where kinks lie so
 * densely that no difference avoids them. `difference`: only the latter, where the cpu kernel itself is wrong.
 * `none`: TensorFlow.js has no gradient.
 */
export type GradientCheck = 'both' | 'cpu' | 'difference' | 'none';

/** One computation that the compiled graph must do as TensorFlow.js's own kernels do. */
export interface KernelCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly run: (...x: tf.Tensor[]) => tf.Tensor;
  readonly gradient: GradientCheck;
  /** Shifts the inputs from [-0.5, 0.5), for functions that want positive numbers. */
  readonly shift: number;
  /** Other numbers than usual, where the usual ones, whose first are all close to -0.5, lie on a kink. */
  readonly seed?: number;
}

type Run = (...x: never[]) => tf.Tensor;

function make(
  name: string,
  shapes: readonly (readonly number[])[],
  run: Run,
  gradient: GradientCheck,
  shift = 0,
): KernelCase {
  return { name, shapes, run: run as KernelCase['run'], gradient, shift };
}

const smooth = (name: string, shapes: readonly (readonly number[])[], run: Run, shift = 0): KernelCase =>
  make(name, shapes, run, 'both', shift);
const values = (name: string, shapes: readonly (readonly number[])[], run: Run, shift = 0): KernelCase =>
  make(name, shapes, run, 'none', shift);

type T1 = tf.Tensor1D;
type T2 = tf.Tensor2D;
type T3 = tf.Tensor3D;
type T4 = tf.Tensor4D;
type T = tf.Tensor;

const M = [3, 4] as const;

export const binaryCases: readonly KernelCase[] = [
  smooth('add broadcasts', [M, [4]], (a: T, b: T) => a.add(b)),
  smooth(
    'sub broadcasts both ways',
    [
      [3, 1],
      [1, 4],
    ],
    (a: T, b: T) => a.sub(b),
  ),
  smooth('mul', [M, M], (a: T, b: T) => a.mul(b)),
  smooth('div', [M, [4]], (a: T, b: T) => a.div(b), 1),
  { ...smooth('maximum', [M, M], (a: T, b: T) => tf.maximum(a, b)), seed: 100_003 },
  { ...smooth('minimum', [M, M], (a: T, b: T) => tf.minimum(a, b)), seed: 100_003 },
  smooth('pow', [M, M], (a: T, b: T) => a.pow(b), 1),
  smooth('atan2', [M, M], (a: T, b: T) => tf.atan2(a, b)),
  smooth('squaredDifference', [M, M], (a: T, b: T) => tf.squaredDifference(a, b)),
  smooth('squaredDifference broadcasts', [M, [4]], (a: T, b: T) => tf.squaredDifference(a, b)),
  smooth('addN', [M, M, M], (a: T, b: T, c: T) => tf.addN([a, b, c])),
  smooth('prelu', [M, [4]], (a: T, b: T) => tf.prelu(a, b)),
  values('mod of floats', [M, M], (a: T, b: T) => a.mul(5).mod(b)),
  values('floorDiv of integers', [M, M], (a: T, b: T) =>
    a
      .mul(50)
      .toInt()
      .floorDiv(b.mul(9).toInt().abs().add(tf.scalar(1, 'int32'))),
  ),
  values('mod of integers', [M], (a: T) => a.mul(50).toInt().mod(tf.scalar(7, 'int32'))),
  values('comparisons', [M, M], (a: T, b: T) =>
    tf.stack(
      [a.less(b), a.lessEqual(b), a.greater(b), a.greaterEqual(b), a.equal(a), a.notEqual(b)].map((x) =>
        x.toInt(),
      ),
    ),
  ),
  values('logicals', [M, M], (a: T, b: T) => {
    const [p, q] = [a.greater(0), b.greater(0)];
    return tf.stack([p.logicalAnd(q), p.logicalOr(q), p.logicalNot(), p.logicalXor(q)].map((x) => x.toInt()));
  }),
];

const unary = (name: string, run: (x: T) => T, shift = 0): KernelCase => smooth(name, [M], run as Run, shift);

export const unaryCases: readonly KernelCase[] = [
  unary('abs', (x) => x.abs()),
  unary('neg', (x) => x.neg()),
  unary('exp', (x) => x.exp()),
  unary('expm1', (x) => x.expm1()),
  unary('log', (x) => x.log(), 1),
  unary('log1p', (x) => x.log1p()),
  unary('sqrt', (x) => x.sqrt(), 1),
  unary('rsqrt', (x) => x.rsqrt(), 1),
  unary('square', (x) => x.square()),
  unary('reciprocal', (x) => x.reciprocal(), 1),
  unary('sin', (x) => x.sin()),
  unary('cos', (x) => x.cos()),
  unary('tan', (x) => x.tan()),
  unary('asin', (x) => x.asin()),
  unary('acos', (x) => x.acos()),
  unary('atan', (x) => x.atan()),
  unary('sinh', (x) => x.sinh()),
  unary('cosh', (x) => x.cosh()),
  unary('asinh', (x) => x.asinh()),
  unary('acosh', (x) => x.acosh(), 2),
  unary('atanh', (x) => x.atanh()),
  unary('tanh', (x) => x.tanh()),
  unary('erf', (x) => x.erf()),
  unary('sigmoid', (x) => x.sigmoid()),
  unary('softplus', (x) => x.softplus()),
  unary('relu', (x) => x.relu()),
  unary('relu6', (x) => x.mul(20).relu6()),
  unary('elu', (x) => x.elu()),
  unary('selu', (x) => x.selu()),
  unary('leakyRelu', (x) => x.leakyRelu(0.1)),
  unary('gelu by erf', (x) => x.mul(x.div(Math.SQRT2).erf().add(1)).mul(0.5)),
  unary('clipByValue', (x) => x.clipByValue(-0.2, 0.3)),
  unary('softmax', (x) => x.softmax()),
  unary('logSoftmax', (x) => x.logSoftmax()),
  unary('l2 normalise', (x) => x.div(x.square().sum(1, true).sqrt())),
  unary('cosine similarity with a mask', (x) => {
    const unit = x.div(x.square().sum(1, true).add(1e-6).sqrt()) as T2;
    return tf.matMul(unit, unit, false, true).sub(tf.eye(3).mul(1e9)).softmax();
  }),
  values('rounding', [M], (x: T) =>
    tf.stack([x.mul(9).floor(), x.mul(9).ceil(), x.mul(9).round(), x.sign()]),
  ),
  values('step with alpha', [M], (x: T) => x.step(0.3)),
  values('isNaN, isInf, isFinite', [M], (x: T) =>
    tf.stack([x.relu().log().isInf(), x.log().isNaN(), x.relu().log().isFinite()].map((y) => y.toInt())),
  ),
  values('casts', [M], (x: T) => tf.stack([x.mul(9).toInt().toFloat(), x.mul(9).toInt().toBool().toFloat()])),
  values('zerosLike and onesLike', [M], (x: T) => tf.zerosLike(x).add(tf.onesLike(x)).add(x)),
];

const S = [2, 3, 4] as const;

export const reductionCases: readonly KernelCase[] = [
  smooth('sum', [S], (x: T) => x.sum([0, 2])),
  smooth('sum keeps dims', [S], (x: T) => x.sum(1, true)),
  smooth('mean', [S], (x: T) => x.mean([1])),
  smooth('max', [S], (x: T) => x.max(1)),
  smooth('min', [S], (x: T) => x.min(-1)),
  smooth('prod', [S], (x: T) => x.prod(1), 1),
  smooth('logSumExp', [S], (x: T) => x.logSumExp(2)),
  smooth('moments', [S], (x: T) => tf.moments(x, [0, 1]).variance),
  smooth('cumsum', [S], (x: T) => x.cumsum(2)),
  values('cumsum along axis 1', [S], (x: T) => x.cumsum(1)),
  smooth('cumsum exclusive reverse', [S], (x: T) => x.cumsum(2, true, true)),
  make(
    'image reductions',
    [[2, 4, 4, 16]],
    (x: T4) =>
      tf.concat(
        [x.relu().sum([1, 2]), x.relu().max([1, 2]) as T2, x.mean([1, 3]).slice([0, 0], [2, 4]) as T2],
        1,
      ),
    'cpu',
  ),
  values('argMax and argMin', [S], (x: T) => tf.stack([x.argMax(2), x.argMin(-1)])),
  values('any and all', [S], (x: T) =>
    tf.stack([x.greater(0).any(1).toInt(), x.greater(-0.4).all(1).toInt()]),
  ),
  values('sum of booleans', [S], (x: T) => x.greater(0).sum(1)),
];

export const shapeCases: readonly KernelCase[] = [
  smooth('transpose', [S], (x: T) => x.transpose([2, 0, 1])),
  smooth('reshape', [S], (x: T) => x.reshape([4, -1])),
  smooth('expandDims and squeeze', [S], (x: T) => x.expandDims(1).mul(2).squeeze([1])),
  smooth('concat', [S, S], (a: T3, b: T3) => tf.concat([a, b], 1)),
  smooth('slice', [S], (x: T3) => x.slice([0, 1, 1], [2, 2, -1])),
  values('stridedSlice', [S], (x: T3) => x.stridedSlice([0, 2, 0], [2, 0, 4], [1, -1, 2])),
  smooth('pad', [S], (x: T3) =>
    x.pad(
      [
        [0, 1],
        [1, 1],
        [2, 0],
      ],
      0,
    ),
  ),
  smooth('tile', [S], (x: T3) => x.tile([2, 1, 3])),
  smooth('broadcastTo', [[3, 1]], (x: T) => x.broadcastTo([2, 3, 4])),
  smooth('reverse', [S], (x: T3) => x.reverse([0, 2])),
  smooth('stack and unstack', [S], (x: T3) => tf.stack([...x.unstack(1)].reverse(), 2)),
  smooth('split', [S], (x: T3) => tf.concat([...tf.split(x, [1, 3], 2)].reverse(), 2)),
  smooth('where', [M, M], (a: T, b: T) => tf.where(tf.tensor([1, 0, 0, 1], [4], 'bool'), a, b.mul(2))),
  values('mirrorPad', [M], (x: T2) =>
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
  ),
  values('depthToSpace', [[1, 2, 2, 8]], (x: T4) => tf.depthToSpace(x, 2)),
  values('constants', [[1]], (x: T) =>
    tf.concat([
      tf.range(0, 3),
      tf.range(3, 0),
      tf.linspace(0, 1, 5),
      tf.fill([2], 7),
      tf.eye(2).flatten(),
      x as T1,
    ]),
  ),
];

export const matmulCases: readonly KernelCase[] = [
  smooth(
    'matMul',
    [
      [3, 4],
      [4, 5],
    ],
    (a: T2, b: T2) => tf.matMul(a, b),
  ),
  smooth(
    'matMul transposed',
    [
      [4, 3],
      [5, 4],
    ],
    (a: T2, b: T2) => tf.matMul(a, b, true, true),
  ),
  smooth(
    'batched',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    (a: T3, b: T3) => tf.matMul(a, b),
  ),
  smooth(
    'batched transposed',
    [
      [2, 3, 3, 4],
      [2, 3, 5, 4],
    ],
    (a: T4, b: T4) => tf.matMul(a, b, false, true),
  ),
  smooth('dot of vectors', [[4], [4]], (a: T, b: T) => tf.dot(a, b)),
  values(
    'einsum',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    (a: T, b: T) => tf.einsum('bij,bjk->bik', a, b),
  ),
  values('fused dense', [[3, 4], [4, 5], [5]], (a: T2, b: T2, bias: T1) =>
    tf.fused.matMul({ a, b, bias, activation: 'relu' }),
  ),
];

export const gatherCases: readonly KernelCase[] = [
  smooth('gather', [[5, 3]], (x: T2) => tf.gather(x, tf.tensor1d([4, 0, 4], 'int32'))),
  smooth('gather along axis 1', [S], (x: T3) => tf.gather(x, tf.tensor1d([2, 2, 0, 1], 'int32'), 1)),
  values('gather with batch axes', [S], (x: T3) =>
    tf.gather(
      x,
      tf.tensor2d(
        [
          [0, 2],
          [1, 1],
        ],
        [2, 2],
        'int32',
      ),
      1,
      1,
    ),
  ),
  values('gatherND', [[3, 4]], (x: T2) =>
    tf.gatherND(
      x,
      tf.tensor2d(
        [
          [0, 1],
          [2, 3],
        ],
        [2, 2],
        'int32',
      ),
    ),
  ),
  smooth('unsortedSegmentSum', [[4, 3]], (x: T2) =>
    tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 4),
  ),
  values('oneHot with indices out of range', [[1]], (x: T) =>
    tf
      .oneHot(tf.tensor1d([0, 2, -1, 5], 'int32'), 4)
      .toFloat()
      .add(x),
  ),
  values('scatterND', [[2, 3]], (x: T2) => tf.scatterND(tf.tensor2d([[3], [1]], [2, 1], 'int32'), x, [5, 3])),
  values('topk', [[3, 5]], (x: T2) => {
    const { values: best, indices } = tf.topk(x, 3);
    return tf.concat([best, indices.toFloat()]);
  }),
];
