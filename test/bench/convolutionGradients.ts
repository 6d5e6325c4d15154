import { cpus } from 'node:os';

import { blockSize } from '../../main/compiler/blockSize.ts';
import { reduce } from '../../main/compiler/build.ts';
import type { Graph, GraphNode } from '../../main/compiler/graph.ts';
import { makeNode, sizeOf } from '../../main/compiler/graph.ts';
import { filterGradientWays } from '../../main/compiler/passes/layout/filterGradient.ts';
import { inputGradientWays } from '../../main/compiler/passes/layout/inputGradient.ts';
import { layout } from '../../main/compiler/passes/registry.ts';
import { createSession } from '../../main/compiler/session.ts';

/**
 * Measures every way to compute a convolution's gradients on the shapes of the reference steps, in turns, on one thread, and
 * prints GFLOP/s (the best of all rounds) beside what the compiler chooses. `*` marks the fastest.
 */
const ROUNDS = 15;

/** [images, height and width, channels in, channels out, kernel, stride] */
const SHAPES: readonly (readonly [number, number, number, number, number, number])[] = [
  [128, 28, 1, 32, 3, 1],
  [128, 32, 3, 32, 3, 1],
  [128, 32, 24, 32, 3, 1],
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

type Shape = (typeof SHAPES)[number];

const input = (name: string, shape: readonly number[]): GraphNode =>
  makeNode('Input', [], { name }, shape, 'float32');

/** One gradient of a convolution with `same` padding. */
interface Gradient {
  readonly name: 'filterGradient' | 'inputGradient';
  readonly ways: (node: GraphNode, blockSize: number) => readonly string[];
  node(shape: Shape): GraphNode;
}

function attributesOf([, size, , , kernel, stride]: Shape): Record<string, number | number[]> {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + kernel - size);
  const before = Math.floor(total / 2);
  const pads = [before, before, total - before, total - before];
  return { strides: [stride, stride], dilations: [1, 1], pads, group: 1 };
}

const GRADIENTS: readonly Gradient[] = [
  {
    name: 'filterGradient',
    ways: filterGradientWays,
    node(shape) {
      const [n, size, i, o, kernel, stride] = shape;
      const out = Math.ceil(size / stride);
      const inputs = [input('x', [n, size, size, i]), input('dy', [n, out, out, o])];
      return makeNode('Conv2DFilterGradient', inputs, attributesOf(shape), [kernel, kernel, i, o], 'float32');
    },
  },
  {
    name: 'inputGradient',
    ways: inputGradientWays,
    node(shape) {
      const [n, size, i, o, kernel, stride] = shape;
      const out = Math.ceil(size / stride);
      const inputs = [input('dy', [n, out, out, o]), input('w', [kernel, kernel, i, o])];
      return makeNode('Conv2DInputGradient', inputs, attributesOf(shape), [n, size, size, i], 'float32');
    },
  },
];

/** The gradient is reduced to one number, so that reading it costs nothing. */
function sessionFor(node: GraphNode, name: Gradient['name'], way: string): ReturnType<typeof createSession> {
  const total = reduce('ReduceMax', node, [0, 1, 2, 3], false);
  const graph: Graph = { outputs: new Map([['y', total]]) };
  const context = { blockSize: blockSize(), fold: null, forced: { [name]: way } };
  return createSession(layout(graph, context), { threads: 1 });
}

/** GFLOP/s of each way, the best of all rounds, taking turns. */
function speeds(node: GraphNode, { name, ways }: Gradient, flop: number): ReadonlyMap<string, number> {
  const sessions = ways(node, blockSize()).map((way) => ({ way, session: sessionFor(node, name, way) }));
  const feeds = new Map(
    node.inputs.map(({ attributes, shape: own }) => {
      const data = Float32Array.from({ length: sizeOf(own) }, (_, index) => ((index * 37) % 101) / 50 - 1);
      return [String(attributes['name']), { shape: own, dtype: 'float32' as const, data }];
    }),
  );
  const best = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { way, session } of sessions) {
      const start = performance.now();
      session.run(feeds);
      best.set(way, Math.max(best.get(way) ?? 0, flop / (performance.now() - start) / 1e6));
    }
  }
  for (const { session } of sessions) session.dispose();
  return best;
}

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, blocks of ${blockSize()}, GFLOP/s`);
for (const gradient of GRADIENTS) {
  console.log(gradient.name);
  for (const shape of SHAPES) {
    const [n, size, i, o, kernel, stride] = shape;
    const flop = 2 * kernel * kernel * i * o * n * Math.ceil(size / stride) ** 2;
    const found = speeds(gradient.node(shape), gradient, flop);
    const fastest = Math.max(...found.values());
    const cells = [...found].map(
      ([way, speed]) => `${way} ${speed.toFixed(0)}${speed === fastest ? '*' : ''}`,
    );
    const label = `${n} x ${size}x${size}, ${i} -> ${o}, ${kernel}x${kernel}, stride ${stride}`;
    console.log(`${label.padEnd(40)} chosen ${[...found.keys()][0]?.padEnd(10)} ${cells.join('  ')}`);
  }
}
