import { constant, elementwise, expand, isSplat, mul, reshape, scalar } from '../build.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { makeNode, rewrite, sameShape, sizeOf } from '../graph.ts';
import { isElementwise } from './layout/elementwise.ts';

/**
 * Clean-up of what gradients leave behind: broadcasts move behind elementwise operators, so that they happen once or
 * not at all; products with one, sums with zero and double transposes disappear.
 */
export function algebra(graph: Graph): Graph {
  return rewrite(graph, simplify);
}

function simplify(node: GraphNode): GraphNode {
  if (node.op === 'Constant') return splat(node);
  if (node.op.startsWith('Reduce')) return reducedExpansion(node);
  if (node.op === 'Reshape') return reshapedExpansion(node);
  if (node.op === 'Transpose') return doubleTranspose(node);
  return isElementwise(node) && node.op !== 'Expand' ? neutral(unbroadcast(node)) : node;
}

/** A constant of one repeated value becomes an expanded scalar. */
function splat(node: GraphNode): GraphNode {
  const first = node.data?.[0];
  if (sizeOf(node.shape) <= 1 || typeof first !== 'number' || !isSplat(node, first)) return node;
  return expand(scalar(first, node.dtype), node.shape);
}

/** Elementwise operators broadcast by themselves: they work on what was expanded, and the result is expanded if need be. */
function unbroadcast(node: GraphNode): GraphNode {
  const inputs = node.inputs.map((input) =>
    withoutLeadingOnes(input.op === 'Expand' ? (input.inputs[0] as GraphNode) : input),
  );
  if (inputs.every((input, index) => input === node.inputs[index])) return node;
  const small = elementwise(node.op, inputs, node.attributes, node.dtype);
  return sizeOf(small.shape) === sizeOf(node.shape) ? reshape(small, node.shape) : expand(small, node.shape);
}

/** A vector reshaped to [1, 1, C] broadcasts the same without its reshape. */
function withoutLeadingOnes(input: GraphNode): GraphNode {
  if (input.op !== 'Reshape') return input;
  const source = input.inputs[0] as GraphNode;
  const firstLarge = input.shape.findIndex((extent) => extent !== 1);
  const stripped = firstLarge < 0 ? [] : input.shape.slice(firstLarge);
  return sameShape(source.shape, stripped) ? source : input;
}

/** `x * 1`, `x / 1`, `x + 0`, `x - 0`. */
function neutral(node: GraphNode): GraphNode {
  const [a, b] = node.inputs;
  if (a === undefined || b === undefined) return node;
  const keepsFirst =
    ((node.op === 'Mul' || node.op === 'Div') && isSplat(b, 1)) ||
    ((node.op === 'Add' || node.op === 'Sub') && isSplat(b, 0));
  if (keepsFirst) return expand(a, node.shape);
  const keepsSecond = (node.op === 'Mul' && isSplat(a, 1)) || (node.op === 'Add' && isSplat(a, 0));
  return keepsSecond ? expand(b, node.shape) : node;
}

/** A reduction over axes that were only expanded: a multiple, or the value itself. */
function reducedExpansion(node: GraphNode): GraphNode {
  const input = node.inputs[0] as GraphNode;
  const source = input.inputs[0];
  if (input.op !== 'Expand' || source === undefined) return node;
  const axes = node.attributes['axes'] as readonly number[];
  const rank = input.shape.length;
  const own = input.shape.map((_, axis) => source.shape[axis - rank + source.shape.length] ?? 1);
  const expanded = axes.every((axis) => own[axis] === 1);
  if (!expanded || node.op === 'ReduceProd' || node.op === 'ReduceSumSquare') return node;
  const count = axes.reduce((product, axis) => product * (input.shape[axis] as number), 1);
  const keepsOthers = own.every((extent, axis) => axes.includes(axis) || extent === input.shape[axis]);
  const kept = own.filter((_, axis) => !axes.includes(axis));
  const squeezed = reshape(source, node.attributes['keepdims'] === 1 ? own : kept);
  const value = keepsOthers ? squeezed : expand(squeezed, node.shape);
  return node.op === 'ReduceSum' ? mul(value, scalar(count, node.dtype)) : value;
}

/** Reshaping an expanded scalar expands it to the new shape. */
function reshapedExpansion(node: GraphNode): GraphNode {
  const input = node.inputs[0] as GraphNode;
  const source = input.inputs[0];
  if (input.op !== 'Expand' || source === undefined || sizeOf(source.shape) !== 1) return node;
  const value =
    source.op === 'Constant' ? constant(source.data as Float32Array, [], source.dtype) : reshape(source, []);
  return expand(value, node.shape);
}

function doubleTranspose(node: GraphNode): GraphNode {
  const input = node.inputs[0] as GraphNode;
  if (input.op !== 'Transpose') return node;
  const inner = input.attributes['perm'] as readonly number[];
  const perm = (node.attributes['perm'] as readonly number[]).map((axis) => inner[axis] as number);
  const source = input.inputs[0] as GraphNode;
  if (perm.every((axis, index) => axis === index)) return source;
  return makeNode('Transpose', [source], { perm }, node.shape, node.dtype);
}
