import { add, cast, compare, div, elementwise, mul, scalar, sub, where } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import type { KernelFamily, KernelLowering } from './kernel.ts';
import { toInteger } from './unary.ts';

const two = (rule: (a: GraphNode, b: GraphNode) => GraphNode): KernelLowering => {
  return (call) => rule(call.node('a'), call.node('b'));
};

const and = (a: GraphNode, b: GraphNode): GraphNode => elementwise('And', [a, b], {}, 'bool');

const onnx = (op: string): KernelLowering => two((a, b) => elementwise(op, [a, b]));

/** Comparisons of booleans go through int32: ONNX orders numbers only. */
const comparison = (op: string, negate = false): KernelLowering =>
  two((a, b) => {
    const [x, y] = a.dtype === 'bool' ? [cast(a, 'int32'), cast(b, 'int32')] : [a, b];
    const result = compare(op, x as GraphNode, y as GraphNode);
    return negate ? elementwise('Not', [result]) : result;
  });

/** Quotient rounded down, as whole numbers. */
function floorDivide(a: GraphNode, b: GraphNode): GraphNode {
  if (a.dtype === 'float32') return toInteger(elementwise('Floor', [div(a, b)]));
  const quotient = integerQuotient(a, b);
  const remainder = sub(a, mul(quotient, b));
  const zero = scalar(0, a.dtype);
  const differ = elementwise('Xor', [compare('Less', remainder, zero), compare('Less', b, zero)], {}, 'bool');
  const adjust = and(elementwise('Not', [compare('Equal', remainder, zero)]), differ);
  const floor = sub(quotient, cast(adjust, a.dtype));
  return neverZero(b) ? floor : where(compare('Equal', b, zero), zero, floor);
}

/**
 * Truncated quotient. ONNX Runtime refuses to divide integers by zero, and processors to divide the smallest of them
 * by -1: both are kept from them.
 */
function integerQuotient(a: GraphNode, b: GraphNode): GraphNode {
  if (neverZero(b) && b.data?.every((value) => Number(value) !== -1) === true) return div(a, b);
  const one = scalar(1, b.dtype);
  const minus = compare('Equal', b, scalar(-1, b.dtype));
  const risky = elementwise('Or', [minus, compare('Equal', b, scalar(0, b.dtype))], {}, 'bool');
  return where(minus, elementwise('Neg', [a]), div(a, where(risky, one, b)));
}

function neverZero(b: GraphNode): boolean {
  return b.op === 'Constant' && b.data !== null && b.data.every((value) => Number(value) !== 0);
}

/** Remainder with the divisor's sign; of integers by zero it is 0, as everything undefined is in TensorFlow.js. */
function modulo(a: GraphNode, b: GraphNode): GraphNode {
  const zero = scalar(0, a.dtype);
  if (a.dtype !== 'float32') {
    const remainder = sub(a, mul(floorDivide(a, b), b));
    return neverZero(b) ? remainder : where(compare('Equal', b, zero), zero, remainder);
  }
  const rest = (x: GraphNode): GraphNode => elementwise('Mod', [x, b], { fmod: 1 });
  const remainder = rest(a);
  const differ = elementwise('Xor', [compare('Less', a, zero), compare('Less', b, zero)], {}, 'bool');
  return where(differ, rest(add(remainder, b)), remainder);
}

function squaredDifference(a: GraphNode, b: GraphNode): GraphNode {
  const difference = sub(a, b);
  return mul(difference, difference);
}

/** Angle of (x, y): the one of the first quadrant, turned to where the signs say. Zero has no sign here. */
function arcTangent2(a: GraphNode, b: GraphNode): GraphNode {
  const [y, x] = [cast(a, 'float32'), cast(b, 'float32')];
  const zero = scalar(0);
  const [height, width] = [elementwise('Abs', [y]), elementwise('Abs', [x])];
  const level = (value: number): GraphNode =>
    and(compare('Equal', height, scalar(value)), compare('Equal', width, scalar(value)));
  const ratio = where(level(0), zero, where(level(Infinity), scalar(1), div(height, width)));
  const first = elementwise('Atan', [ratio]);
  const upper = where(compare('Less', x, zero), sub(scalar(Math.PI), first), first);
  const angle = where(compare('Less', y, zero), elementwise('Neg', [upper]), upper);
  return a.dtype === 'float32' ? angle : toInteger(angle);
}

export const binary: KernelFamily = {
  Add: onnx('Add'),
  Sub: onnx('Sub'),
  Multiply: onnx('Mul'),
  RealDiv: two((a, b) =>
    a.dtype === 'float32' ? div(a, b) : toInteger(div(cast(a, 'float32'), cast(b, 'float32'))),
  ),
  FloorDiv: two(floorDivide),
  Maximum: onnx('Max'),
  Minimum: onnx('Min'),
  Pow: onnx('Pow'),
  Mod: two(modulo),
  SquaredDifference: two(squaredDifference),
  Atan2: two(arcTangent2),
  Equal: comparison('Equal'),
  NotEqual: comparison('Equal', true),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  LogicalAnd: two((a, b) => elementwise('And', [cast(a, 'bool'), cast(b, 'bool')], {}, 'bool')),
  LogicalOr: two((a, b) => elementwise('Or', [cast(a, 'bool'), cast(b, 'bool')], {}, 'bool')),
  Prelu: (call) => {
    const x = cast(call.node('x'), 'float32');
    return where(compare('Less', x, scalar(0)), mul(x, cast(call.node('alpha'), 'float32')), x);
  },
  EluGrad: (call) => {
    const y = call.node('y');
    const dy = call.node('dy');
    return where(compare('GreaterOrEqual', y, scalar(0)), dy, mul(dy, add(y, scalar(1))));
  },
  BitwiseAnd: onnx('BitwiseAnd'),
  AddN: (call) => {
    const [first, ...rest] = call.list();
    return rest.reduce((sum, next) => add(sum, next), first as GraphNode);
  },
};
