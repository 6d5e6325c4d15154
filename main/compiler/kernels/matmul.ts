import * as tf from '@tensorflow/tfjs';

import { add, compare, elementwise, gemm, matMul, mul, reshape, scalar, transpose, where } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { makeNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

function swapLast(x: GraphNode): GraphNode {
  const rank = x.shape.length;
  return transpose(x, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]);
}

/** Product over the last two axes; a plain matrix product becomes `Gemm`, which transposes for nothing. */
function product(a: GraphNode, b: GraphNode, transposeA: boolean, transposeB: boolean): GraphNode {
  const inner = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  if (a.shape.length < 2 || b.shape.length < 2 || inner[0] !== inner[1])
    throw new Error(`Shapes [${a.shape.join(',')}] and [${b.shape.join(',')}] do not multiply.`);
  const batch = [...a.shape.slice(0, -2), ...b.shape.slice(0, -2)];
  // ONNX Runtime has `Gemm` for floats only.
  if (a.dtype === 'float32' && batch.every((extent) => extent === 1)) {
    const result = gemm(asMatrix(a), asMatrix(b), transposeA, transposeB);
    const rank = Math.max(a.shape.length, b.shape.length);
    return reshape(result, [...Array.from({ length: rank - 2 }, () => 1), ...result.shape]);
  }
  return matMul(transposeA ? swapLast(a) : a, transposeB ? swapLast(b) : b);
}

function asMatrix(x: GraphNode): GraphNode {
  return reshape(x, x.shape.slice(-2));
}

/** The activations that fused kernels know, by TensorFlow.js name. */
export function activate(x: GraphNode, call: KernelCall, weights: GraphNode | null): GraphNode {
  const activation = call.attribute<string | null | undefined>('activation') ?? 'linear';
  if (activation === 'prelu' && weights !== null)
    return where(compare('Less', x, scalar(0)), mul(x, weights), x);
  if (activation === 'relu6') return elementwise('Clip', [x, scalar(0), scalar(6)]);
  if (activation === 'leakyrelu') {
    return elementwise('LeakyRelu', [x], { alpha: { float: call.attribute<number>('leakyreluAlpha') } });
  }
  const op = { linear: null, relu: 'Relu', elu: 'Elu', sigmoid: 'Sigmoid' }[activation];
  if (op === undefined)
    throw new Error(`The kernel ${call.kernel} has an unknown activation "${activation}".`);
  return op === null ? x : elementwise(op, [x]);
}

/** Einsum with the ellipsis-free equations TensorFlow.js accepts. */
function einsum(call: KernelCall): GraphNode {
  const equation = call.text('equation').replaceAll(' ', '');
  const operands = call.list();
  const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, operands.length);
  const like = operands.map(({ shape: own }) => ({ shape: [...own] }) as unknown as tf.Tensor);
  tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, like);
  const extents = new Map<string, number>();
  const [left = '', right = ''] = equation.split('->');
  left.split(',').forEach((labels, index) => {
    [...labels].forEach((label, axis) => extents.set(label, operands[index]?.shape[axis] ?? 1));
  });
  const shape = [...right].map((label) => extents.get(label) ?? 1);
  return makeNode('Einsum', operands, { equation }, shape, (operands[0] as GraphNode).dtype);
}

export const matmul: KernelFamily = {
  [tf.BatchMatMul]: (call) =>
    product(call.node('a'), call.node('b'), call.flag('transposeA'), call.flag('transposeB')),
  [tf._FusedMatMul]: (call) => {
    const result = product(call.node('a'), call.node('b'), call.flag('transposeA'), call.flag('transposeB'));
    const bias = call.optional('bias');
    return activate(
      bias === null ? result : add(result, bias),
      call,
      call.optional('preluActivationWeights'),
    );
  },
  [tf.Einsum]: einsum,
};
