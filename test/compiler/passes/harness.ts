import type * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';

import { blockSize } from '../../../main/compiler/blockSize.ts';
import { evaluate } from '../../../main/compiler/evaluate.ts';
import type { Graph } from '../../../main/compiler/graph.ts';
import { nodesOf, sizeOf } from '../../../main/compiler/graph.ts';
import type { Pass, PassContext } from '../../../main/compiler/passes/pass.ts';
import * as passes from '../../../main/compiler/passes/registry.ts';
import { createSession } from '../../../main/compiler/session.ts';
import { traceStep } from '../../../main/compiler/trace.ts';
import { numbers } from '../steps.ts';

/** Blocked operators where this processor has them. */
export const context: PassContext = { blockSize: blockSize(), fold: evaluate };
/** Neither blocks nor folding. */
export const none: PassContext = { blockSize: 0, fold: null };

/** Named inputs of a recorded function. */
export type Inputs = Readonly<Record<string, tf.Tensor>>;

/** Records a function of float inputs, or of integers below `below` where the shape is given with one. */
export async function record(
  shapes: Readonly<Record<string, number[]>>,
  fn: (inputs: Inputs) => tf.Tensor,
  integers: readonly string[] = [],
): Promise<Graph> {
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => {
      const dtype = integers.includes(key) ? ('int32' as const) : ('float32' as const);
      return [key, { shape, dtype }];
    }),
  );
  const step = (_: Inputs, x: Inputs) => ({ state: {}, outputs: { y: fn(x) } });
  return (await traceStep(step, { state: {}, inputs }, 'pass')).graph;
}

/** Results of a graph on numbers that depend on the names of its inputs alone; integers run from -1 to 5. */
export function run(graph: Graph): Map<string, number[]> {
  const lowered = passes.layout(graph, none);
  const feeds = new Map(
    nodesOf(lowered)
      .filter((node) => node.op === 'Input')
      .map((node) => {
        const name = String(node.attributes['name']);
        const values = numbers(sizeOf(node.shape), name.length + name.charCodeAt(name.length - 1));
        const data =
          node.dtype === 'int32' ? Int32Array.from(values, (v) => Math.floor((v + 0.5) * 7) - 1) : values;
        return [name, { shape: node.shape, dtype: node.dtype, data }];
      }),
  );
  const session = createSession(lowered, { threads: 1 });
  const results = session.run(feeds);
  session.dispose();
  return new Map(
    [...results].map(([name, value]) => [name, 'data' in value ? Array.from(value.data, Number) : []]),
  );
}

/** Runs both graphs and compares every element. */
export function expectEqualResults(before: Graph, after: Graph, tolerance = 1e-5): void {
  const [first, second] = [run(before), run(after)];
  for (const [name, values] of first) {
    const other = second.get(name) ?? [];
    expect(other.length).toBe(values.length);
    values.forEach((value, index) => {
      expect(Math.abs(value - (other[index] ?? NaN))).toBeLessThan(tolerance * (1 + Math.abs(value)));
    });
  }
}

/** One pass on a graph. */
export function apply(pass: Pass, graph: Graph): Graph {
  return pass(graph, context);
}

const CLEAN = [
  passes.prune,
  passes.algebra,
  passes.commonSubexpressions,
  passes.constantFolding,
  passes.algebra,
  passes.prune,
  passes.commonSubexpressions,
];

/** What the fusing passes are given: the recorded graph after clean-up. */
export function cleaned(graph: Graph): Graph {
  return CLEAN.reduce<Graph>((current, pass) => apply(pass, current), graph);
}

/** Operators in order. */
export const ops = (graph: Graph): string[] => nodesOf(graph).map((node) => node.op);

/** How often an operator occurs. */
export const count = (graph: Graph, op: string): number => ops(graph).filter((own) => own === op).length;
