import type { Graph, GraphNode } from './graph.ts';
import { makeNode, topologicalOrder } from './graph.ts';
import { structuralHash } from './hash.ts';
import { prepare } from './prepare.ts';
import type { GraphSession, TensorValue } from './session.ts';
import { createSession } from './session.ts';

/** Compiled lazy graphs, oldest first. */
const sessions = new Map<string, GraphSession>();
const SESSION_LIMIT = 64;

/**
 * Computes nodes whose leaves are constants. Leaves become inputs of the compiled graph, so that the same
 * computation on other values reuses its session.
 */
export function evaluate(nodes: readonly GraphNode[]): TensorValue[] {
  const feeds = new Map<string, TensorValue>();
  const graph = withLeavesAsInputs(nodes, feeds);
  const session = cachedSession(graph);
  const results = session.run(feeds);
  return nodes.map((_, index) => results.get(`y${index}`) as TensorValue);
}

function withLeavesAsInputs(nodes: readonly GraphNode[], feeds: Map<string, TensorValue>): Graph {
  const done = new Map<GraphNode, GraphNode>();
  for (const node of topologicalOrder(nodes)) {
    if (node.op === 'Constant' && node.dtype !== 'int64' && node.data !== null) {
      const name = `x${feeds.size}`;
      feeds.set(name, { shape: node.shape, dtype: node.dtype, data: node.data });
      done.set(node, makeNode('Input', [], { name }, node.shape, node.dtype));
    } else {
      const inputs = node.inputs.map((input) => done.get(input) as GraphNode);
      done.set(node, makeNode(node.op, inputs, node.attributes, node.shape, node.dtype, node.data));
    }
  }
  return { outputs: new Map(nodes.map((node, index) => [`y${index}`, done.get(node) as GraphNode])) };
}

function cachedSession(graph: Graph): GraphSession {
  const key = structuralHash(graph);
  const known = sessions.get(key);
  if (known !== undefined) return known;
  const oldest = sessions.keys().next();
  if (sessions.size >= SESSION_LIMIT && oldest.done !== true) {
    sessions.get(oldest.value)?.dispose();
    sessions.delete(oldest.value);
  }
  const session = createSession(prepare(graph, { fold: null, blockSize: 0 }), { threads: 1 });
  sessions.set(key, session);
  return session;
}
