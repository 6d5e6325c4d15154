import type { Graph } from './graph.ts';
import { nodesOf } from './graph.ts';

/** One line per node, `%index = Op(inputs) attributes type[shape]`, for comparing graphs before and after a pass. */
export function graphText(graph: Graph): string {
  const names = new Map(nodesOf(graph).map((node, index) => [node, `%${index}`]));
  const lines = nodesOf(graph).map((node) => {
    const inputs = node.inputs.map((input) => names.get(input)).join(', ');
    const attributes = Object.keys(node.attributes).length > 0 ? ` ${JSON.stringify(node.attributes)}` : '';
    const value = node.op === 'Constant' && (node.data?.length ?? 9) <= 4 ? `=${String(node.data)}` : '';
    return `${String(names.get(node))} = ${node.op}${value}(${inputs})${attributes} ${node.dtype}[${node.shape.join(',')}]`;
  });
  return [
    ...lines,
    ...[...graph.outputs].map(([name, node]) => `${name} <- ${String(names.get(node))}`),
  ].join('\n');
}
