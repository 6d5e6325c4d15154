import { add, compare, pad, reshape, scalar, slice, where } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import type { Window } from './windows.ts';

/** Places inside a window, first axis slowest. */
function tapsOf(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (outer, extent) => outer.flatMap((tap) => Array.from({ length: extent }, (_, index) => [...tap, index])),
    [[]],
  );
}

/** `stride - 1` zeros between the elements along every axis of space, none behind the last. Planes [n, c, ...space]. */
export function interleaved(x: GraphNode, strides: readonly number[]): GraphNode {
  if (strides.every((stride) => stride === 1)) return x;
  const [n = 1, c = 1, ...space] = x.shape;
  const split = [n, c, ...space.flatMap((extent) => [extent, 1])];
  const pairs = split.map((_, axis) => {
    const stride = axis >= 2 && axis % 2 === 1 ? (strides[(axis - 3) / 2] as number) : 1;
    return [0, stride - 1] as const;
  });
  const spread = pad(reshape(x, split), pairs);
  const wide = reshape(spread, [n, c, ...space.map((extent, axis) => extent * (strides[axis] as number))]);
  const cut = space.map((extent, axis) => (extent - 1) * (strides[axis] as number) + 1);
  return slice(
    wide,
    wide.shape.map(() => 0),
    [n, c, ...cut],
  );
}

/** Zeros before and behind every axis of space, or a cut where there are to be less than none. */
export function fitted(x: GraphNode, around: readonly (readonly [number, number])[]): GraphNode {
  const none = [0, 0] as const;
  const cut = slice(
    x,
    [0, 0, ...around.map(([before]) => Math.max(0, -before))],
    x.shape.map((extent, axis) => {
      const [before, after] = around[axis - 2] ?? none;
      return extent + Math.min(0, before) + Math.min(0, after);
    }),
  );
  return pad(cut, [
    none,
    none,
    ...around.map(([before, after]) => [Math.max(0, before), Math.max(0, after)] as const),
  ]);
}

/**
 * Gradient of a maximum over windows: `dy` goes to the first place in each window that holds the maximum `y`. Made of
 * operators that every provider of ONNX Runtime has; pooling with positions is missing in most. Planes [n, c, ...space].
 */
export function maximumGradient(x: GraphNode, y: GraphNode, dy: GraphNode, window: Window): GraphNode {
  const { kernel_shape: kernel, strides, pads } = window;
  const rank = kernel.length;
  const out = dy.shape.slice(2);
  const spans = out.map((extent, axis) => (extent - 1) * (strides[axis] as number) + 1);
  const frame = spans.map((span, axis) => {
    const own = (x.shape[axis + 2] as number) + (pads[axis] as number) + (pads[axis + rank] as number);
    return Math.max(own, span + (kernel[axis] as number) - 1);
  });
  const borders = frame.map((extent, axis) => {
    const before = pads[axis] as number;
    return [before, extent - before - (x.shape[axis + 2] as number)] as const;
  });
  const framed = pad(x, [[0, 0], [0, 0], ...borders], -Infinity);
  let left = dy;
  const parts = tapsOf(kernel).map((tap) => {
    const hit = compare('Equal', slice(framed, [0, 0, ...tap], dy.shape, [1, 1, ...strides]), y);
    const share = where(hit, left, scalar(0));
    left = where(hit, scalar(0), left);
    const around = tap.map(
      (at, axis) => [at, (frame[axis] as number) - at - (spans[axis] as number)] as const,
    );
    return pad(interleaved(share, strides), [[0, 0], [0, 0], ...around]);
  });
  const starts = [0, 0, ...borders.map(([before]) => before)];
  return slice(
    parts.reduce((sum, part) => add(sum, part)),
    starts,
    x.shape,
  );
}
