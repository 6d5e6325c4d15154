import { arrayOf, cast, compare, constant, elementwise, expand, reshape, scalar, where } from '../build.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { makeNode, rewrite, sameShape } from '../graph.ts';
import type { PassContext } from './pass.ts';

/** Rows that are 1 at `index` and 0 elsewhere; all 0 where the index is outside. */
interface OneHot {
  readonly index: GraphNode;
  readonly depth: number;
}

/**
 * Cross-entropy over softmax without tables of ones and zeros. A log-softmax that was spelled out becomes one operator
 * (on the processor; not every other device has it), the sum over a product with one-hot rows becomes a gather, and
 * the rows themselves, which the gradient needs, a comparison of indices.
 */
export function softmaxCrossEntropy(graph: Graph, context: PassContext): Graph {
  const tables = new Map<GraphNode, OneHot>();
  const products = new Map<GraphNode, Factors>();
  return rewrite(graph, (node) => {
    const table = oneHotOf(node, tables);
    if (table !== null) {
      const dense = cast(isOne(table), node.dtype);
      tables.set(dense, table);
      return dense;
    }
    if (node.op === 'ReduceSum') return picked(node, products) ?? node;
    const factors = node.op === 'Mul' ? factorsOf(node, tables) : null;
    if (factors !== null) products.set(node, factors);
    return context.processor === true ? (logSoftmax(node) ?? node) : node;
  });
}

/** Recognises the recorded one-hot: `OneHot` one class wider than asked for, its first class cut off; or a cast of such rows. */
function oneHotOf(node: GraphNode, tables: ReadonlyMap<GraphNode, OneHot>): OneHot | null {
  const source = node.inputs[0];
  if (source === undefined) return null;
  if (node.op === 'Cast' && node.dtype !== 'int64') return tables.get(source) ?? null;
  const starts = node.attributes['starts'] as readonly number[] | undefined;
  if (node.op !== 'Slice' || source.op !== 'OneHot' || starts?.at(-1) !== 1) return null;
  const [shifted, , values] = source.inputs;
  const [index, one] = shifted?.inputs ?? [];
  const depth = node.shape.at(-1) as number;
  const cutsFirst = sameShape(node.shape, [...source.shape.slice(0, -1), depth]);
  const isOneZero = values?.data?.[0] === 0 && values.data[1] === 1;
  if (shifted?.op !== 'Add' || index === undefined || one?.data?.[0] !== 1n) return null;
  return cutsFirst && source.shape.at(-1) === depth + 1 && isOneZero ? { index, depth } : null;
}

function column(index: GraphNode): GraphNode {
  return reshape(index, [...index.shape, 1]);
}

function isOne({ index, depth }: OneHot): GraphNode {
  const classes = Array.from({ length: depth }, (_, position) => position);
  return compare(
    'Equal',
    column(cast(index, 'int32')),
    constant(arrayOf(classes, 'int32'), [depth], 'int32'),
  );
}

/** Index within the classes, and whether it was. */
function clipped({ index, depth }: OneHot): { safe: GraphNode; inside: GraphNode } {
  const limits = [scalar(0, 'int64'), scalar(depth - 1, 'int64')];
  const safe = elementwise('Clip', [index, ...limits]);
  return { safe, inside: compare('Equal', safe, index) };
}

/** A product with one-hot rows. */
interface Factors {
  readonly table: OneHot;
  readonly other: GraphNode;
}

function factorsOf(node: GraphNode, tables: ReadonlyMap<GraphNode, OneHot>): Factors | null {
  const [a, b] = node.inputs;
  if (a === undefined || b === undefined || node.dtype !== 'float32') return null;
  const [first, second] = [tables.get(a), tables.get(b)];
  if (first !== undefined && sameShape(a.shape, node.shape)) return { table: first, other: b };
  return second !== undefined && sameShape(b.shape, node.shape) ? { table: second, other: a } : null;
}

/** Sum of `one-hot * p` over the classes: the element of `p` at the index. */
function picked(node: GraphNode, products: ReadonlyMap<GraphNode, Factors>): GraphNode | null {
  const product = node.inputs[0] as GraphNode;
  const found = products.get(product);
  const axes = node.attributes['axes'] as readonly number[];
  if (found === undefined || axes.join() !== String(product.shape.length - 1)) return null;
  const { table, other } = found;
  const rows = [...table.index.shape, 1];
  const { safe, inside } = clipped(table);
  const varies = other.shape.at(-1) === table.depth && table.depth > 1;
  const full = varies ? expand(other, product.shape) : other;
  const values = varies
    ? makeNode('GatherElements', [full, column(safe)], { axis: rows.length - 1 }, rows, 'float32')
    : expand(other, rows);
  return reshape(where(column(inside), values, scalar(0)), node.shape);
}

/** `s - log(sum(exp(s)))` with `s = x - max(x)`, over the last axis. */
function logSoftmax(node: GraphNode): GraphNode | null {
  const [shifted, logarithm] = node.inputs;
  if (node.op !== 'Sub' || shifted?.op !== 'Sub' || logarithm?.op !== 'Log') return null;
  const sum = logarithm.inputs[0] as GraphNode;
  const [x, maximum] = shifted.inputs as [GraphNode, GraphNode];
  const axis = x.shape.length - 1;
  const overLast = (reduction: GraphNode, op: string): boolean =>
    reduction.op === op &&
    (reduction.attributes['axes'] as readonly number[]).join() === String(axis) &&
    reduction.attributes['keepdims'] === 1;
  const exponential = sum.inputs[0];
  const matches =
    overLast(sum, 'ReduceSum') &&
    overLast(maximum, 'ReduceMax') &&
    maximum.inputs[0] === x &&
    exponential?.op === 'Exp' &&
    exponential.inputs[0] === shifted;
  return matches ? makeNode('LogSoftmax', [x], { axis }, node.shape, 'float32') : null;
}
