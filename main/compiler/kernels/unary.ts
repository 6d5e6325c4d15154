import {
  add,
  arrayOf,
  cast,
  compare,
  constant,
  div,
  elementwise,
  expand,
  mul,
  scalar,
  sub,
  where,
} from '../build.ts';
import type { Attribute, ElementType, GraphNode } from '../graph.ts';
import { sizeOf } from '../graph.ts';
import type { KernelCall, KernelFamily, KernelLowering } from './kernel.ts';

const one = (rule: (x: GraphNode, call: KernelCall) => GraphNode): KernelLowering => {
  return (call) => rule(call.node('x'), call);
};

type Float = (x: GraphNode) => GraphNode;

const onnx =
  (op: string, attributes: Readonly<Record<string, Attribute>> = {}): Float =>
  (x) =>
    elementwise(op, [x], attributes);

/** Operators that ONNX Runtime has for floats only, and whose result is float32 for every type of input. */
const float = (rule: Float): KernelLowering => one((x) => rule(cast(x, 'float32')));

/** The same where TensorFlow.js keeps the input's type: results for integers are cut to integers. */
const kept = (rule: Float): KernelLowering =>
  one((x) => (x.dtype === 'float32' ? rule(x) : cast(toInteger(rule(cast(x, 'float32'))), x.dtype)));

/** Type conversion; floats that no int32 holds (NaN, infinities, too large) become 0. */
function converted(x: GraphNode, dtype: ElementType): GraphNode {
  return x.dtype === 'float32' && dtype === 'int32' ? toInteger(x) : cast(x, dtype);
}

/** Whole part of a float32 as int32; 0 for what int32 does not hold. */
export function toInteger(x: GraphNode): GraphNode {
  const limit = 2 ** 31;
  const fits = elementwise(
    'And',
    [compare('GreaterOrEqual', x, scalar(-limit)), compare('Less', x, scalar(limit))],
    {},
    'bool',
  );
  return cast(where(fits, x, scalar(0)), 'int32');
}

const same = (op: string): KernelLowering => one((x) => elementwise(op, [x]));

/** Rounding of integers changes nothing. */
const rounding = (op: string): KernelLowering =>
  one((x) => (x.dtype === 'float32' ? elementwise(op, [x]) : x));

/** A tensor of one repeated value; stays a scalar until something needs the shape. */
export function filled(value: number, shape: readonly number[], dtype: ElementType): GraphNode {
  if (sizeOf(shape) <= 1) return constant(arrayOf(shape.includes(0) ? [] : [value], dtype), shape, dtype);
  return expand(scalar(value, dtype), shape);
}

/**
 * 1 where positive, alpha elsewhere. For alpha 0 a saturated HardSigmoid does it in one pass over memory, where
 * a comparison and a conversion take two; only inputs below 3e-39 fall between 0 and 1.
 */
function step(x: GraphNode, call: KernelCall): GraphNode {
  const alpha = call.number('alpha');
  if (alpha === 0 && x.dtype === 'float32') {
    return elementwise('HardSigmoid', [x], { alpha: { float: 3e38 }, beta: { float: 0 } });
  }
  const result = where(compare('Greater', x, scalar(0, x.dtype)), scalar(1, x.dtype), scalar(alpha, x.dtype));
  return x.dtype === 'float32' ? where(elementwise('IsNaN', [x], {}, 'bool'), x, result) : result;
}

/** -1, 0 or 1; 0 for NaN, which ONNX's `Sign` would hand on. */
function sign(x: GraphNode): GraphNode {
  const zero = scalar(0, x.dtype);
  return sub(cast(compare('Greater', x, zero), x.dtype), cast(compare('Less', x, zero), x.dtype));
}

function clip(x: GraphNode, low: number, high: number): GraphNode {
  return elementwise('Clip', [x, scalar(low, x.dtype), scalar(high, x.dtype)]);
}

const SELU = { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } };

export const unary: KernelFamily = {
  Cast: one((x, call) => converted(x, call.text('dtype') as ElementType)),
  Abs: same('Abs'),
  Neg: same('Neg'),
  Sign: one(sign),
  Exp: float(onnx('Exp')),
  Expm1: kept((x) => sub(elementwise('Exp', [x]), scalar(1))),
  Log: float(onnx('Log')),
  Log1p: kept((x) => elementwise('Log', [add(x, scalar(1))])),
  Sqrt: float(onnx('Sqrt')),
  Rsqrt: float((x) => div(scalar(1), elementwise('Sqrt', [x]))),
  Reciprocal: kept((x) => div(scalar(1), x)),
  Square: one((x) => mul(x, x)),
  Floor: rounding('Floor'),
  Ceil: rounding('Ceil'),
  Round: rounding('Round'),
  Sin: float(onnx('Sin')),
  Cos: float(onnx('Cos')),
  Tan: float(onnx('Tan')),
  Asin: kept(onnx('Asin')),
  Acos: kept(onnx('Acos')),
  Atan: kept(onnx('Atan')),
  Sinh: kept(onnx('Sinh')),
  Cosh: float(onnx('Cosh')),
  Asinh: kept(onnx('Asinh')),
  Acosh: kept(onnx('Acosh')),
  Atanh: kept(onnx('Atanh')),
  Tanh: float(onnx('Tanh')),
  Erf: float(onnx('Erf')),
  Sigmoid: float(onnx('Sigmoid')),
  Softplus: kept(onnx('Softplus')),
  Relu: same('Relu'),
  Relu6: one((x) => clip(x, 0, 6)),
  Elu: float(onnx('Elu')),
  Selu: kept(onnx('Selu', SELU)),
  LeakyRelu: one((x, call) =>
    elementwise('LeakyRelu', [cast(x, 'float32')], { alpha: { float: call.number('alpha') } }),
  ),
  Step: one(step),
  ClipByValue: one((x, call) => clip(x, call.number('clipValueMin'), call.number('clipValueMax'))),
  IsNan: one((x) => elementwise('IsNaN', [cast(x, 'float32')], {}, 'bool')),
  IsInf: one((x) => elementwise('IsInf', [cast(x, 'float32')], {}, 'bool')),
  IsFinite: one((x) => compare('Less', elementwise('Abs', [cast(x, 'float32')]), scalar(Infinity))),
  LogicalNot: one((x) => elementwise('Not', [cast(x, 'bool')])),
  ZerosLike: one((x) => filled(0, x.shape, x.dtype)),
  OnesLike: one((x) => filled(1, x.shape, x.dtype)),
  Softmax: (call) => {
    const logits = call.node('logits');
    const axis = call.number('dim');
    return elementwise('Softmax', [logits], { axis: axis < 0 ? axis + logits.shape.length : axis });
  },
};
