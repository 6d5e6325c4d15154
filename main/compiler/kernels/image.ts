import { arrayOf, cast, constant, matMul, reshape } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

type Rows = readonly (readonly (readonly [column: number, weight: number])[])[];

/** Weights of every source pixel for every target pixel along one axis. */
function interpolation(from: number, to: number, call: KernelCall, nearest: boolean): Rows {
  const align = call.flag('alignCorners') && to > 1;
  const half = call.flag('halfPixelCenters');
  const scale = align ? (from - 1) / (to - 1) : from / to;
  return Array.from({ length: to }, (_, target) => {
    const source = half ? (target + 0.5) * scale - (nearest ? 0 : 0.5) : target * scale;
    if (nearest)
      return [[Math.min(from - 1, Math.max(0, align ? Math.round(source) : Math.floor(source))), 1]];
    const clamped = Math.max(0, source);
    const low = Math.min(from - 1, Math.floor(clamped));
    const high = Math.min(from - 1, Math.ceil(clamped));
    return [
      [low, 1 - (clamped - low)],
      [high, clamped - low],
    ];
  });
}

function weights(rows: Rows, from: number, transposed: boolean): GraphNode {
  const values = new Array<number>(rows.length * from).fill(0);
  rows.forEach((row, target) => {
    for (const [source, weight] of row) {
      const position = transposed ? source * rows.length + target : target * from + source;
      values[position] = (values[position] ?? 0) + weight;
    }
  });
  return constant(
    arrayOf(values, 'float32'),
    transposed ? [from, rows.length] : [rows.length, from],
    'float32',
  );
}

/** Applies one matrix to the rows and one to the columns of NHWC images. */
function separable(x: GraphNode, vertical: GraphNode, horizontal: GraphNode): GraphNode {
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  const height = vertical.shape[0] as number;
  const width = horizontal.shape[0] as number;
  const rows = matMul(vertical, reshape(x, [n, h, w * c]));
  return reshape(matMul(horizontal, reshape(rows, [n * height, w, c])), [n, height, width, c]);
}

/** Resizing is linear and separable, so it is two small matrix products, and so is its gradient. */
function resize(call: KernelCall, nearest: boolean): GraphNode {
  const x = call.node('images');
  const [, h = 1, w = 1] = x.shape;
  const [height = 1, width = 1] = call.numbers('size');
  const vertical = weights(interpolation(h, height, call, nearest), h, false);
  const horizontal = weights(interpolation(w, width, call, nearest), w, false);
  const resized = separable(cast(x, 'float32'), vertical, horizontal);
  return nearest ? cast(resized, x.dtype) : resized;
}

function resizeGradient(call: KernelCall, nearest: boolean): GraphNode {
  const dy = call.node('dy');
  const [, h = 1, w = 1] = call.node('images').shape;
  const [, height = 1, width = 1] = dy.shape;
  const vertical = weights(interpolation(h, height, call, nearest), h, true);
  const horizontal = weights(interpolation(w, width, call, nearest), w, true);
  return separable(dy, vertical, horizontal);
}

export const image: KernelFamily = {
  ResizeBilinear: (call) => resize(call, false),
  ResizeNearestNeighbor: (call) => resize(call, true),
  ResizeBilinearGrad: (call) => resizeGradient(call, false),
  ResizeNearestNeighborGrad: (call) => resizeGradient(call, true),
};
