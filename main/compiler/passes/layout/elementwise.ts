import { reshape, transpose } from '../../build.ts';
import type { GraphNode } from '../../graph.ts';
import { makeNode, sameShape, sizeOf } from '../../graph.ts';
import type { Forms, Layout } from './forms.ts';

/** Operators that treat every element alike, so that any layout serves. */
const ELEMENTWISE = new Set(
  (
    'Add Sub Mul Div Max Min Pow Equal Less LessOrEqual Greater GreaterOrEqual And Or Xor Not Where Abs Neg Sign Exp ' +
    'Log Sqrt Floor Ceil Round Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh Tanh Erf Sigmoid Softplus Relu ' +
    'Elu Selu LeakyRelu HardSigmoid Clip IsNaN IsInf Cast Expand Gelu'
  ).split(' '),
);

/** True for an operator that works element by element, with broadcasting. */
export function isElementwise(node: GraphNode): boolean {
  return ELEMENTWISE.has(node.op);
}

/** Computes an elementwise operator in the layout most of its operands have. */
export function elementwiseRule(node: GraphNode, forms: Forms): boolean {
  if (!isElementwise(node) || node.shape.length !== 4) return false;
  const layout = chooseLayout(node, forms);
  if (layout === 'plain') return false;
  const [n = 1, h = 1, w = 1, c = 1] = node.shape;
  const operands = node.inputs.map((input) => operand(input, node.shape, layout, forms));
  if (layout === 'nchw') {
    forms.set(node, 'nchw', makeNode(node.op, operands, node.attributes, [n, c, h, w], node.dtype));
    return true;
  }
  const viewed = operands.every((x) => sizeOf(x.shape) === 1 || sizeOf(x.shape) === sizeOf(node.shape));
  const shape = viewed ? [n, c, h, w] : [n, c / forms.blockSize, h * w, forms.blockSize];
  const inputs = operands.map((x) => (sizeOf(x.shape) === sizeOf(node.shape) ? reshape(x, shape) : x));
  forms.set(
    node,
    'blocked',
    reshape(makeNode(node.op, inputs, node.attributes, shape, node.dtype), [n, c, h, w]),
  );
  return true;
}

function chooseLayout(node: GraphNode, forms: Forms): Layout {
  const full = node.inputs.filter((input) => sameShape(input.shape, node.shape));
  const natives = new Set(full.map((input) => forms.native(input)));
  const foreign = full.some((input) => input.dtype !== 'float32' && forms.native(input) !== 'blocked');
  const blocked =
    natives.has('blocked') && !foreign && node.inputs.every((input) => blockBroadcasts(input, node.shape));
  if (blocked) return 'blocked';
  return natives.has('nchw') || natives.has('blocked') ? 'nchw' : 'plain';
}

/** Shape with leading ones up to rank 4. */
function rank4(shape: readonly number[]): [number, number, number, number] {
  const [n = 1, h = 1, w = 1, c = 1] = [...Array.from({ length: 4 - shape.length }, () => 1), ...shape];
  return [n, h, w, c];
}

/** Blocks allow operands that vary over everything, over images and channels, or over images and space. */
function blockBroadcasts(input: GraphNode, shape: readonly number[]): boolean {
  const [, h, w, c] = rank4(input.shape);
  if (sameShape(input.shape, shape) || h * w === 1) return true;
  return c === 1 && h === shape[1] && w === shape[2];
}

function operand(input: GraphNode, shape: readonly number[], layout: Layout, forms: Forms): GraphNode {
  if (sameShape(input.shape, shape)) return forms.get(input, layout);
  const plain = forms.get(input, 'plain');
  if (sizeOf(input.shape) === 1) return reshape(plain, []);
  const [n, h, w, c] = rank4(input.shape);
  if (layout === 'nchw') {
    if (h * w === 1 || c === 1) return reshape(plain, [n, c, h, w]);
    return transpose(reshape(plain, [n, h, w, c]), [0, 3, 1, 2]);
  }
  return c === 1
    ? reshape(plain, [n, 1, h * w, 1])
    : reshape(plain, [n, c / forms.blockSize, 1, forms.blockSize]);
}
