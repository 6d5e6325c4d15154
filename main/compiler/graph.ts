/** Element types inside a graph. `int64` and `float16` exist only between operators of ONNX, never at a step's border. */
export type ElementType = 'float32' | 'int32' | 'bool' | 'int64' | 'float16';

/** Plain numbers are integers in ONNX; a float attribute says so, because 1 does not. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** Row-major values of a constant; `bool` is stored as bytes. */
export type HostData = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** One operation and its single result. Nodes are immutable: passes build new ones. */
export interface GraphNode {
  readonly id: number;
  /** ONNX operator (`domain:Name` outside the default domain), one of the layout-free `2D` operators, `Input` or `Constant`. */
  readonly op: string;
  readonly inputs: readonly GraphNode[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  /** Values of a `Constant`. */
  readonly data: HostData | null;
}

/** Named results; everything else is found by walking the inputs. */
export interface Graph {
  readonly outputs: ReadonlyMap<string, GraphNode>;
}

let nextId = 1;

/** A new node; the caller vouches for shape and dtype. */
export function makeNode(
  op: string,
  inputs: readonly GraphNode[],
  attributes: Readonly<Record<string, Attribute>>,
  shape: readonly number[],
  dtype: ElementType,
  data: HostData | null = null,
): GraphNode {
  return { id: nextId++, op, inputs, attributes, shape, dtype, data };
}

/** The same operation on other inputs; the node itself when nothing changed. */
export function withInputs(node: GraphNode, inputs: readonly GraphNode[]): GraphNode {
  if (inputs.every((input, index) => input === node.inputs[index])) return node;
  return makeNode(node.op, inputs, node.attributes, node.shape, node.dtype, node.data);
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** True when both shapes have the same extents. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Nodes reachable from the roots, inputs before users, in an order that depends on structure alone. */
export function topologicalOrder(
  roots: Iterable<GraphNode>,
  isLeaf: (node: GraphNode) => boolean = () => false,
): GraphNode[] {
  const order: GraphNode[] = [];
  const seen = new Set<GraphNode>();
  for (const root of roots) {
    const stack: { node: GraphNode; next: number }[] = [{ node: root, next: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { node: GraphNode; next: number };
      if (top.next === 0 && seen.has(top.node)) {
        stack.pop();
        continue;
      }
      const child = isLeaf(top.node) ? undefined : top.node.inputs[top.next];
      if (child === undefined) {
        if (!seen.has(top.node)) order.push(top.node);
        seen.add(top.node);
        stack.pop();
      } else {
        top.next += 1;
        if (!seen.has(child)) stack.push({ node: child, next: 0 });
      }
    }
  }
  return order;
}

/** All nodes of a graph, inputs before users. */
export function nodesOf(graph: Graph): GraphNode[] {
  return topologicalOrder(graph.outputs.values());
}

/** Rebuilds a graph bottom-up: `replace` sees each node with its inputs already rewritten. */
export function rewrite(graph: Graph, replace: (node: GraphNode, original: GraphNode) => GraphNode): Graph {
  const done = new Map<GraphNode, GraphNode>();
  for (const node of nodesOf(graph)) {
    const inputs = node.inputs.map((input) => done.get(input) as GraphNode);
    done.set(node, replace(withInputs(node, inputs), node));
  }
  return { outputs: new Map([...graph.outputs].map(([name, node]) => [name, done.get(node) as GraphNode])) };
}

/** How many inputs (and outputs of the graph) use each node. */
export function countUses(graph: Graph): Map<GraphNode, number> {
  const uses = new Map<GraphNode, number>();
  const add = (node: GraphNode): void => void uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const node of nodesOf(graph)) node.inputs.forEach(add);
  for (const node of graph.outputs.values()) add(node);
  return uses;
}
