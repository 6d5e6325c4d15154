import { cast, reshape, transpose } from '../../build.ts';
import type { GraphNode } from '../../graph.ts';
import { makeNode } from '../../graph.ts';

/** `plain`: row-major as TensorFlow.js sees it. `nchw`: channels before space. `blocked`: NCHW with the channels in blocks. */
export type Layout = 'plain' | 'nchw' | 'blocked';

/** Computes a node in some layout; false when the rule does not apply and the node is to stay plain. */
export type LayoutRule = (node: GraphNode, forms: Forms) => boolean;

/** The ONNX Runtime domain of operators on blocked tensors. */
export const BLOCKED = 'com.microsoft.nchwc';

/** The way every gradient of a convolution is computed where its shapes allow it; by shape where it is missing. */
export interface ForcedWays {
  readonly filterGradient?: string;
  readonly inputGradient?: string;
}

/** Every form each original node exists in. Forms that are missing are converted from the native one and kept. */
export class Forms {
  readonly blockSize: number;
  readonly forced: ForcedWays;
  private readonly known = new Map<GraphNode, Partial<Record<Layout, GraphNode>>>();
  private readonly natives = new Map<GraphNode, Layout>();

  constructor(blockSize: number, forced: ForcedWays = {}) {
    this.blockSize = blockSize;
    this.forced = forced;
  }

  /** Layout the node was computed in. */
  native(node: GraphNode): Layout {
    return this.natives.get(node) ?? 'plain';
  }

  /** Records that the original node is computed by `form`. */
  set(node: GraphNode, layout: Layout, form: GraphNode): void {
    this.natives.set(node, layout);
    this.known.set(node, { [layout]: form });
  }

  /** The node in a layout. */
  get(node: GraphNode, layout: Layout): GraphNode {
    const forms = this.known.get(node);
    if (forms === undefined) throw new Error(`The node ${node.op} was used before it was computed.`);
    const ready = forms[layout];
    if (ready !== undefined) return ready;
    const form = this.convert(node, layout);
    forms[layout] = form;
    return form;
  }

  /** True when channels divide into blocks. */
  blockable(channels: number): boolean {
    return this.blockSize > 0 && channels > 0 && channels % this.blockSize === 0;
  }

  private convert(node: GraphNode, to: Layout): GraphNode {
    const from = this.native(node);
    const source = this.known.get(node)?.[from] as GraphNode;
    const [n = 1, h = 1, w = 1, c = 1] = node.shape;
    const target = to === 'plain' ? [n, h, w, c] : [n, c, h, w];
    if (h * w === 1) return reshape(source, target);
    if (from === 'plain' && to === 'nchw')
      return c === 1 ? reshape(source, target) : transpose(source, [0, 3, 1, 2]);
    if (from === 'nchw' && to === 'plain')
      return c === 1 ? reshape(source, target) : transpose(source, [0, 2, 3, 1]);
    const last = from === 'plain' || to === 'plain' ? 1 : 0;
    const values = cast(source, 'float32');
    const converted =
      to === 'blocked'
        ? makeNode(`${BLOCKED}:ReorderInput`, [values], { channels_last: last }, target, 'float32')
        : makeNode(
            `${BLOCKED}:ReorderOutput`,
            [values],
            { channels: c, channels_last: last },
            target,
            'float32',
          );
    return cast(converted, node.dtype);
  }
}
