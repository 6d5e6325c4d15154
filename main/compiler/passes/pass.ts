import type { Graph, GraphNode } from '../graph.ts';
import type { TensorValue } from '../session.ts';
import type { ForcedWays } from './layout/forms.ts';

/** What passes may know about the target. */
export interface PassContext {
  /** Channels per block of ONNX Runtime's blocked convolutions on this processor; 0 where there are none. */
  readonly blockSize: number;
  /** False where the graph runs on another device, whose operators are not all known. */
  readonly processor?: boolean;
  /** True where products are computed in half precision. */
  readonly mixed?: boolean;
  /** Measurements force one way to compute gradients of convolutions; by shape where it is missing. */
  readonly forced?: ForcedWays;
  /** Computes nodes that depend on constants alone; null where nothing is to be folded. */
  readonly fold: ((nodes: readonly GraphNode[]) => TensorValue[]) | null;
}

/** Graph in, equivalent graph out. */
export type Pass = (graph: Graph, context: PassContext) => Graph;
