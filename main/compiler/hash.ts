import type { Graph, GraphNode, HostData } from './graph.ts';
import { nodesOf } from './graph.ts';

/** The bytes behind a typed array, without copying. */
export function bytesOf(data: HostData): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Two independent 32-bit multiplicative hashes over bytes, as 16 hexadecimal digits; fast rather than cryptographic. */
export function hashBytes(bytes: Uint8Array): string {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] as number;
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x5bd1e995) ^ (b >>> 13);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}

/** What makes two nodes with the same inputs the same computation. */
export function signatureOf(node: GraphNode, inputKeys: readonly (string | number)[]): string {
  const data = node.data === null ? '' : hashBytes(bytesOf(node.data));
  return `${node.op}(${inputKeys.join(',')})${JSON.stringify(node.attributes)}${node.dtype}[${node.shape.join(',')}]${data}`;
}

/** Structural hash: equal for graphs that compute the same thing the same way, whatever their node ids. */
export function structuralHash(graph: Graph): string {
  const numbers = new Map<GraphNode, number>();
  const lines: string[] = [];
  for (const node of nodesOf(graph)) {
    numbers.set(node, lines.length);
    lines.push(
      signatureOf(
        node,
        node.inputs.map((input) => numbers.get(input) as number),
      ),
    );
  }
  for (const [name, node] of graph.outputs) lines.push(`${name}=${String(numbers.get(node))}`);
  return hashBytes(new TextEncoder().encode(lines.join('\n')));
}
