import { add, cast, compare, div, elementwise, mul, scalar, sub, where } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import type { KernelFamily, KernelLowering } from './kernel.ts';

const two = (rule: (a: GraphNode, b: GraphNode) => GraphNode): KernelLowering => {
  return (call) => rule(call.node('a'), call.node('b'));
};

const onnx = (op: string): KernelLowering => two((a, b) => elementwise(op, [a, b]));

/** Comparisons of booleans go through int32: ONNX orders numbers only. */
const comparison = (op: string, negate = false): KernelLowering =>
  two((a, b) => {
    const [x, y] = a.dtype === 'bool' ? [cast(a, 'int32'), cast(b, 'int32')] : [a, b];
    const result = compare(op, x as GraphNode, y as GraphNode);
    return negate ? elementwise('Not', [result]) : result;
  });

/** Quotient rounded down; ONNX integer division truncates. */
export function floorDivide(a: GraphNode, b: GraphNode): GraphNode {
  if (a.dtype === 'float32') return elementwise('Floor', [div(a, b)]);
  const quotient = div(a, b);
  const remainder = sub(a, mul(quotient, b));
  const zero = scalar(0, a.dtype);
  const exact = compare('Equal', remainder, zero);
  const signsDiffer = elementwise(
    'Xor',
    [compare('Less', remainder, zero), compare('Less', b, zero)],
    {},
    'bool',
  );
  const adjust = elementwise('And', [elementwise('Not', [exact]), signsDiffer], {}, 'bool');
  return sub(quotient, cast(adjust, a.dtype));
}

function squaredDifference(a: GraphNode, b: GraphNode): GraphNode {
  const difference = sub(a, b);
  return mul(difference, difference);
}

/** Angle of (x, y) from `Atan`, with the quadrants mended. */
function arcTangent2(y: GraphNode, x: GraphNode): GraphNode {
  const zero = scalar(0);
  const base = elementwise('Atan', [div(y, x)]);
  const turn = where(compare('Less', y, zero), scalar(-Math.PI), scalar(Math.PI));
  const left = where(compare('Less', x, zero), add(base, turn), base);
  const bothZero = elementwise('And', [compare('Equal', x, zero), compare('Equal', y, zero)], {}, 'bool');
  return where(bothZero, zero, left);
}

export const binary: KernelFamily = {
  Add: onnx('Add'),
  Sub: onnx('Sub'),
  Multiply: onnx('Mul'),
  RealDiv: onnx('Div'),
  FloorDiv: two(floorDivide),
  Maximum: onnx('Max'),
  Minimum: onnx('Min'),
  Pow: onnx('Pow'),
  Mod: two((a, b) => sub(a, mul(floorDivide(a, b), b))),
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
