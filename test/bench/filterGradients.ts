import { cpus } from 'node:os';

import { blockSize } from '../../main/compiler/blockSize.ts';
import { reduce } from '../../main/compiler/build.ts';
import type { Graph, GraphNode } from '../../main/compiler/graph.ts';
import { makeNode, sizeOf } from '../../main/compiler/graph.ts';
import type { FilterGradientWay } from '../../main/compiler/passes/layout/filterGradient.ts';
import { filterGradientWays } from '../../main/compiler/passes/layout/filterGradient.ts';
import { layout } from '../../main/compiler/passes/registry.ts';
import { createSession } from '../../main/compiler/session.ts';

/**
 * Measures every way to compute a filter gradient on the shapes of the reference steps, in turns, on one thread, and
 * prints GFLOP/s (the best of all rounds) beside what the compiler chooses. `*` marks the fastest.
 */
const ROUNDS = 7;

/** [images, height and width, channels in, channels out, kernel, stride] */
const SHAPES: readonly (readonly [number, number, number, number, number, number])[] = [
  [128, 32, 3, 32, 3, 1],
  [128, 32, 32, 32, 3, 1],
  [128, 32, 32, 64, 3, 2],
  [128, 16, 64, 64, 3, 1],
  [128, 16, 64, 128, 3, 2],
  [128, 8, 128, 128, 3, 1],
  [32, 32, 64, 64, 3, 1],
  [32, 8, 256, 256, 3, 1],
  [32, 4, 512, 512, 3, 1],
  [32, 16, 64, 128, 1, 1],
  [32, 32, 64, 128, 1, 2],
  [8, 32, 64, 64, 3, 1],
  [4, 32, 64, 64, 3, 1],
];

const input = (name: string, shape: readonly number[]): GraphNode =>
  makeNode('Input', [], { name }, shape, 'float32');

/** The gradient of one convolution with `same` padding, summed up so that reading it costs nothing. */
function gradientNode([n, size, i, o, kernel, stride]: (typeof SHAPES)[number]): GraphNode {
  const out = Math.ceil(size / stride);
  const total = Math.max(0, (out - 1) * stride + kernel - size);
  const before = Math.floor(total / 2);
  const pads = [before, before, total - before, total - before];
  const inputs = [input('x', [n, size, size, i]), input('dy', [n, out, out, o])];
  const attributes = { strides: [stride, stride], dilations: [1, 1], pads, group: 1 };
  return makeNode('Conv2DFilterGradient', inputs, attributes, [kernel, kernel, i, o], 'float32');
}

function sessionFor(node: GraphNode, way: FilterGradientWay): ReturnType<typeof createSession> {
  const total = reduce('ReduceMax', node, [0, 1, 2, 3], false);
  const graph: Graph = { outputs: new Map([['y', total]]) };
  const context = { blockSize: blockSize(), fold: null, filterGradient: way };
  return createSession(layout(graph, context), { threads: 1 });
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, blocks of ${blockSize()}, GFLOP/s`);
for (const shape of SHAPES) {
  const node = gradientNode(shape);
  const ways = filterGradientWays(node, blockSize());
  const feeds = new Map(
    node.inputs.map(({ attributes, shape: own }) => {
      const data = Float32Array.from({ length: sizeOf(own) }, (_, index) => ((index * 37) % 101) / 50 - 1);
      return [String(attributes['name']), { shape: own, dtype: 'float32' as const, data }];
    }),
  );
  const sessions = ways.map((way) => sessionFor(node, way));
  const best = ways.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    sessions.forEach((session, index) => {
      const start = performance.now();
      session.run(feeds);
      best[index] = Math.min(best[index] as number, performance.now() - start);
    });
  }
  sessions.forEach((session) => session.dispose());
  const [n, size, i, o, kernel, stride] = shape;
  const flop = 2 * sizeOf(node.shape) * n * Math.ceil(size / stride) ** 2;
  const cells = ways.map((way, index) => {
    const ms = best[index] as number;
    return `${way} ${(flop / ms / 1e6).toFixed(0)}${ms === Math.min(...best) ? '*' : ''}`;
  });
  const label = `${n} x ${size}x${size}, ${i} -> ${o}, ${kernel}x${kernel}, stride ${stride}`;
  console.log(`${label.padEnd(40)} chosen ${String(ways[0]).padEnd(10)} ${cells.join('  ')}`);
}
