import { mul, reduce, reshape, scalar } from '../../build.ts';
import type { GraphNode } from '../../graph.ts';
import { makeNode } from '../../graph.ts';
import type { Forms, LayoutRule } from './forms.ts';
import { BLOCKED } from './forms.ts';

const NCHW_AXIS = [0, 2, 3, 1];

/** Mean over space of a blocked tensor: its [N, C, 1, 1] lies in memory like a plain [N, C]. */
export function blockedSpatialMean(x: GraphNode): GraphNode {
  const [n = 1, c = 1] = x.shape;
  return makeNode(`${BLOCKED}:GlobalAveragePool`, [x], {}, [n, c, 1, 1], 'float32');
}

/** Reductions of tensors that are not plain; axis numbers follow the data. */
const rule: LayoutRule = (node, forms) => {
  const x = node.inputs[0] as GraphNode;
  const native = forms.native(x);
  if (x.shape.length !== 4 || native === 'plain') return false;
  const axes = node.attributes['axes'] as readonly number[];
  if (axes.length === 4)
    forms.set(node, 'plain', reshape(reduce(node.op, forms.get(x, native), axes, false), node.shape));
  else if (native === 'blocked' && averages(node, axes))
    forms.set(node, 'plain', blockedReduction(node, x, axes, forms));
  else forms.set(node, 'plain', nchwReduction(node, x, axes, forms));
  return true;
};

function averages(node: GraphNode, axes: readonly number[]): boolean {
  if (node.dtype !== 'float32' || (node.op !== 'ReduceSum' && node.op !== 'ReduceMean')) return false;
  return axes.includes(1) && axes.includes(2) && !axes.includes(3);
}

/** Sums and means over space, and possibly images, by way of the blocked average pool. */
function blockedReduction(node: GraphNode, x: GraphNode, axes: readonly number[], forms: Forms): GraphNode {
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  const perImage = reshape(blockedSpatialMean(forms.get(x, 'blocked')), [n, c]);
  const reduced = axes.includes(0) ? reduce(node.op, perImage, [0], false) : perImage;
  return reshape(node.op === 'ReduceSum' ? mul(reduced, scalar(h * w)) : reduced, node.shape);
}

/** Over NCHW: first the contiguous space, then the images. */
function nchwReduction(node: GraphNode, x: GraphNode, axes: readonly number[], forms: Forms): GraphNode {
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  const source = forms.get(x, 'nchw');
  const spatial = axes.includes(1) && axes.includes(2) && !axes.includes(3);
  if (spatial && node.op !== 'ReduceProd') {
    const perImage = reduce(node.op, reshape(source, [n, c, h * w]), [2], false);
    return reshape(axes.includes(0) ? reduce(node.op, perImage, [0], false) : perImage, node.shape);
  }
  const remapped = axes.map((axis) => NCHW_AXIS[axis] as number);
  const kept = reduce(node.op, source, remapped, true);
  const [kn = 1, kc = 1, kh = 1, kw = 1] = kept.shape;
  const transposed = makeNode('Transpose', [kept], { perm: [0, 2, 3, 1] }, [kn, kh, kw, kc], kept.dtype);
  return reshape(kh * kw === 1 || kc === 1 ? kept : transposed, node.shape);
}

export const reductionRules: Readonly<Record<string, LayoutRule>> = {
  ReduceSum: rule,
  ReduceMean: rule,
  ReduceMax: rule,
  ReduceMin: rule,
  ReduceProd: rule,
};
