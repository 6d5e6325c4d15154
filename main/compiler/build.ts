import type { Attribute, ElementType, GraphNode, HostData } from './graph.ts';
import { makeNode, sameShape, sizeOf } from './graph.ts';

/** Shape of an elementwise result under NumPy broadcasting. Throws when extents disagree. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let extent = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own !== 1 && extent !== 1 && own !== extent) {
        throw new Error(`Shapes ${shapes.map((s) => `[${s.join(',')}]`).join(' and ')} do not broadcast.`);
      }
      if (own !== 1) extent = own;
    }
    return extent;
  });
}

/** A constant node around row-major values. */
export function constant(data: HostData, shape: readonly number[], dtype: ElementType): GraphNode {
  return makeNode('Constant', [], {}, shape, dtype, data);
}

/** A scalar constant of the given type. */
export function scalar(value: number, dtype: ElementType = 'float32'): GraphNode {
  return constant(arrayOf([value], dtype), [], dtype);
}

/** A constant int64 vector, the type ONNX wants for indices. */
export function indices(values: readonly number[]): GraphNode {
  return constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
}

/** Numbers in the storage type of a dtype. */
export function arrayOf(values: readonly number[], dtype: ElementType): HostData {
  if (dtype === 'float32') return Float32Array.from(values);
  if (dtype === 'int32') return Int32Array.from(values);
  if (dtype === 'bool') return Uint8Array.from(values);
  return BigInt64Array.from(values, BigInt);
}

/** Elementwise operator with broadcasting; the result has the first input's type unless told otherwise. */
export function elementwise(
  op: string,
  inputs: readonly GraphNode[],
  attributes: Readonly<Record<string, Attribute>> = {},
  dtype?: ElementType,
): GraphNode {
  const shape = broadcastShape(...inputs.map((input) => input.shape));
  return makeNode(op, inputs, attributes, shape, dtype ?? (inputs[0] as GraphNode).dtype);
}

export const add = (a: GraphNode, b: GraphNode): GraphNode => elementwise('Add', [a, b]);
export const sub = (a: GraphNode, b: GraphNode): GraphNode => elementwise('Sub', [a, b]);
export const mul = (a: GraphNode, b: GraphNode): GraphNode => elementwise('Mul', [a, b]);
export const div = (a: GraphNode, b: GraphNode): GraphNode => elementwise('Div', [a, b]);
export const where = (condition: GraphNode, yes: GraphNode, no: GraphNode): GraphNode =>
  elementwise('Where', [condition, yes, no], {}, yes.dtype);
export const compare = (op: string, a: GraphNode, b: GraphNode): GraphNode =>
  elementwise(op, [a, b], {}, 'bool');

/** Same elements, other shape; the input itself when the shape already fits. */
export function reshape(x: GraphNode, shape: readonly number[]): GraphNode {
  if (sameShape(x.shape, shape)) return x;
  if (x.op === 'Reshape') return reshape(x.inputs[0] as GraphNode, shape);
  if (x.op === 'Constant') return makeNode('Constant', [], {}, shape, x.dtype, x.data);
  // An extent of zero would otherwise mean: as in the input.
  return makeNode('Reshape', [x], shape.includes(0) ? { allowzero: 1 } : {}, shape, x.dtype);
}

/** Repeats along broadcast axes until the shape is reached. */
export function expand(x: GraphNode, shape: readonly number[]): GraphNode {
  return sameShape(x.shape, shape) ? x : makeNode('Expand', [x], {}, shape, x.dtype);
}

/** Axis permutation: result axis `i` is input axis `perm[i]`. */
export function transpose(x: GraphNode, perm: readonly number[]): GraphNode {
  if (perm.every((axis, index) => axis === index)) return x;
  const shape = perm.map((axis) => x.shape[axis] as number);
  return makeNode('Transpose', [x], { perm: [...perm] }, shape, x.dtype);
}

/** Type conversion as in TensorFlow.js: anything nonzero is true. */
export function cast(x: GraphNode, dtype: ElementType): GraphNode {
  return x.dtype === dtype ? x : makeNode('Cast', [x], { to: ONNX_TYPE[dtype] }, x.shape, dtype);
}

/** ONNX TensorProto.DataType numbers. */
export const ONNX_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

/** `ReduceSum`, `ReduceMax` ... over axes. */
export function reduce(op: string, x: GraphNode, axes: readonly number[], keepDims: boolean): GraphNode {
  const shape = keepDims
    ? x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  if (axes.length === 0) return x;
  return makeNode(op, [x], { axes: [...axes], keepdims: keepDims ? 1 : 0 }, shape, x.dtype);
}

/**
 * Strided window; negative steps walk backwards. What walks backwards from elsewhere than the end is cut first and
 * turned then, because on WebGPU ONNX Runtime starts at the end wherever it is told to.
 */
export function slice(
  x: GraphNode,
  starts: readonly number[],
  shape: readonly number[],
  steps: readonly number[] = starts.map(() => 1),
): GraphNode {
  const turned = steps.map((step, axis) => {
    return step < 0 && (step < -1 || (starts[axis] as number) !== (x.shape[axis] as number) - 1);
  });
  if (!turned.includes(true)) return window(x, starts, shape, steps);
  const last = (axis: number): number => ((shape[axis] as number) - 1) * (steps[axis] as number);
  const cut = window(
    x,
    starts.map((start, axis) => (turned[axis] ? start + last(axis) : start)),
    shape,
    steps.map((step, axis) => (turned[axis] ? -step : step)),
  );
  const ends = shape.map((extent, axis) => (turned[axis] ? extent - 1 : 0));
  return window(
    cut,
    ends,
    shape,
    turned.map((own) => (own ? -1 : 1)),
  );
}

function window(
  x: GraphNode,
  starts: readonly number[],
  shape: readonly number[],
  steps: readonly number[],
): GraphNode {
  if (sameShape(shape, x.shape) && steps.every((step) => step === 1)) return x;
  const ends = starts.map((start, axis) => sliceEnd(start, shape[axis] as number, steps[axis] as number));
  const axes = starts.map((_, axis) => axis);
  return makeNode('Slice', [x], { starts: [...starts], ends, axes, steps: [...steps] }, shape, x.dtype);
}

function sliceEnd(start: number, extent: number, step: number): number {
  const end = start + extent * step;
  return end < 0 ? -0x7fffffff : end;
}

/** Joins along an axis. */
export function concat(parts: readonly GraphNode[], axis: number): GraphNode {
  const first = parts[0] as GraphNode;
  if (parts.length === 1) return first;
  const total = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
  const shape = first.shape.map((extent, index) => (index === axis ? total : extent));
  return makeNode('Concat', parts, { axis }, shape, first.dtype);
}

/** Pads with a constant (`constant`) or by `reflect` / `edge`; one [before, after] pair per axis. */
export function pad(
  x: GraphNode,
  pairs: readonly (readonly [number, number])[],
  value = 0,
  mode: 'constant' | 'reflect' | 'edge' = 'constant',
): GraphNode {
  if (pairs.every(([before, after]) => before === 0 && after === 0)) return x;
  const shape = x.shape.map((extent, axis) => extent + (pairs[axis]?.[0] ?? 0) + (pairs[axis]?.[1] ?? 0));
  const pads = [...pairs.map(([before]) => before), ...pairs.map(([, after]) => after)];
  const inputs = mode === 'constant' ? [x, scalar(value, x.dtype)] : [x];
  return makeNode('Pad', inputs, { mode, pads }, shape, x.dtype);
}

/** Elements of one axis chosen by integer indices of any shape. */
export function gather(x: GraphNode, index: GraphNode, axis: number): GraphNode {
  const shape = [...x.shape.slice(0, axis), ...index.shape, ...x.shape.slice(axis + 1)];
  return makeNode('Gather', [x, index], { axis }, shape, x.dtype);
}

/** Matrix product over the last two axes, earlier axes broadcast. */
export function matMul(a: GraphNode, b: GraphNode): GraphNode {
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const shape = [...batch, a.shape[a.shape.length - 2] as number, b.shape[b.shape.length - 1] as number];
  return makeNode('MatMul', [a, b], {}, shape, a.dtype);
}

/** Product of two matrices, either transposed. */
export function gemm(a: GraphNode, b: GraphNode, transA = false, transB = false): GraphNode {
  const rows = a.shape[transA ? 1 : 0] as number;
  const columns = b.shape[transB ? 0 : 1] as number;
  return makeNode(
    'Gemm',
    [a, b],
    { transA: transA ? 1 : 0, transB: transB ? 1 : 0 },
    [rows, columns],
    a.dtype,
  );
}

/** True for a constant whose elements all equal `value`. */
export function isSplat(node: GraphNode, value: number): boolean {
  if (node.op !== 'Constant' || node.data === null || sizeOf(node.shape) === 0) return false;
  if (node.data instanceof BigInt64Array) return false;
  return node.data.every((element) => element === value);
}
