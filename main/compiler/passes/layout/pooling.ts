import { arrayOf, constant, div, expand, reshape, scalar } from '../../build.ts';
import type { GraphNode } from '../../graph.ts';
import { makeNode, sizeOf } from '../../graph.ts';
import type { Forms, LayoutRule } from './forms.ts';
import { BLOCKED } from './forms.ts';

function nchwShape(node: GraphNode): number[] {
  const [n = 1, h = 1, w = 1, c = 1] = node.shape;
  return [n, c, h, w];
}

function attributesOf(node: GraphNode): Record<string, readonly number[]> {
  const { kernel, strides, pads } = node.attributes as Record<string, readonly number[]>;
  return { kernel_shape: kernel ?? [], strides: strides ?? [], pads: pads ?? [] };
}

const forward =
  (op: 'MaxPool' | 'AveragePool'): LayoutRule =>
  (node, forms) => {
    const x = node.inputs[0] as GraphNode;
    const blocked = forms.native(x) === 'blocked';
    const layout = blocked ? 'blocked' : 'nchw';
    const name = blocked ? `${BLOCKED}:${op}` : op;
    const attributes =
      op === 'AveragePool' ? { ...attributesOf(node), count_include_pad: 0 } : attributesOf(node);
    forms.set(node, layout, makeNode(name, [forms.get(x, layout)], attributes, nchwShape(node), node.dtype));
    return true;
  };

/** The gradient goes to the first maximum of each window: scatter the incoming gradient to the pooled positions. */
function maxGradient(node: GraphNode, forms: Forms): boolean {
  const [dy, x] = node.inputs as [GraphNode, GraphNode];
  const attributes = { ...attributesOf(node), result: 1 };
  const positions = makeNode('MaxPool', [forms.get(x, 'nchw')], attributes, nchwShape(dy), 'int64');
  const count = sizeOf(dy.shape);
  const zeros = expand(scalar(0), [sizeOf(x.shape)]);
  const updates = reshape(forms.get(dy, 'nchw'), [count]);
  const inputs = [zeros, reshape(positions, [count]), updates];
  const flat = makeNode('ScatterElements', inputs, { axis: 0, reduction: 'add' }, zeros.shape, 'float32');
  forms.set(node, 'nchw', reshape(flat, nchwShape(node)));
  return true;
}

/** Each gradient is shared out over its window: a transposed depthwise convolution with ones. */
function averageGradient(node: GraphNode, forms: Forms): boolean {
  const [dy, x] = node.inputs as [GraphNode, GraphNode];
  const { kernel_shape: kernel = [], strides = [], pads = [] } = attributesOf(node);
  const [kh = 1, kw = 1] = kernel;
  const channels = x.shape[3] as number;
  const share = div(forms.get(dy, 'nchw'), windowCounts(node));
  const ones = constant(new Float32Array(channels * kh * kw).fill(1), [channels, 1, kh, kw], 'float32');
  const [, h = 1, w = 1] = x.shape;
  const [, oh = 1, ow = 1] = dy.shape;
  const attributes = {
    strides,
    pads,
    group: channels,
    kernel_shape: kernel,
    output_padding: [
      h - ((oh - 1) * (strides[0] ?? 1) + kh - (pads[0] ?? 0) - (pads[2] ?? 0)),
      w - ((ow - 1) * (strides[1] ?? 1) + kw - (pads[1] ?? 0) - (pads[3] ?? 0)),
    ],
  };
  forms.set(node, 'nchw', makeNode('ConvTranspose', [share, ones], attributes, nchwShape(node), 'float32'));
  return true;
}

/** How many real pixels each window covers; padding does not count in TensorFlow. */
function windowCounts(node: GraphNode): GraphNode {
  const [dy, x] = node.inputs as [GraphNode, GraphNode];
  const { kernel_shape = [], strides = [], pads = [] } = attributesOf(node);
  const along = (axis: 0 | 1): number[] =>
    Array.from({ length: dy.shape[axis + 1] as number }, (_, index) => {
      const start = index * (strides[axis] ?? 1) - (pads[axis] ?? 0);
      return Math.min(start + (kernel_shape[axis] ?? 1), x.shape[axis + 1] as number) - Math.max(0, start);
    });
  const columns = along(1);
  const counts = along(0).flatMap((rows) => columns.map((own) => rows * own));
  return constant(
    arrayOf(counts, 'float32'),
    [1, 1, counts.length / columns.length, columns.length],
    'float32',
  );
}

export const poolingRules: Readonly<Record<string, LayoutRule>> = {
  MaxPool2D: forward('MaxPool'),
  AveragePool2D: forward('AveragePool'),
  MaxPool2DGradient: maxGradient,
  AveragePool2DGradient: averageGradient,
};
