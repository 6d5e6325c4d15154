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

/** Operators that ONNX Runtime has for floats only; integers pass through float32, as TensorFlow.js rounds too. */
const float = (op: string, attributes: Readonly<Record<string, Attribute>> = {}): KernelLowering =>
  one((x) => elementwise(op, [cast(x, 'float32')], attributes));

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
  Cast: one((x, call) => cast(x, call.text('dtype') as ElementType)),
  Abs: same('Abs'),
  Neg: same('Neg'),
  Sign: one(sign),
  Exp: float('Exp'),
  Expm1: one((x) => sub(elementwise('Exp', [cast(x, 'float32')]), scalar(1))),
  Log: float('Log'),
  Log1p: one((x) => elementwise('Log', [add(cast(x, 'float32'), scalar(1))])),
  Sqrt: float('Sqrt'),
  Rsqrt: one((x) => div(scalar(1), elementwise('Sqrt', [cast(x, 'float32')]))),
  Reciprocal: one((x) => div(scalar(1), cast(x, 'float32'))),
  Square: one((x) => mul(x, x)),
  Floor: rounding('Floor'),
  Ceil: rounding('Ceil'),
  Round: rounding('Round'),
  Sin: float('Sin'),
  Cos: float('Cos'),
  Tan: float('Tan'),
  Asin: float('Asin'),
  Acos: float('Acos'),
  Atan: float('Atan'),
  Sinh: float('Sinh'),
  Cosh: float('Cosh'),
  Asinh: float('Asinh'),
  Acosh: float('Acosh'),
  Atanh: float('Atanh'),
  Tanh: float('Tanh'),
  Erf: float('Erf'),
  Sigmoid: float('Sigmoid'),
  Softplus: float('Softplus'),
  Relu: same('Relu'),
  Relu6: one((x) => clip(x, 0, 6)),
  Elu: float('Elu'),
  Selu: float('Selu', SELU),
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
