import * as tf from '@tensorflow/tfjs';

/**
 * Gradients of TensorFlow.js 4.22 that are replaced. `Tile` slices out every repetition, which for a broadcast over
 * a batch is thousands of kernels; `SquaredDifference` forgets to sum over what was broadcast; `MirrorPad` forgets
 * what it repeated at the borders; `Sum` and `Mean` make ones on the host, as many as were summed.
 */
const REPLACED: readonly tf.GradConfig[] = [
  {
    kernelName: 'Tile',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => {
      const x = saved[0] as tf.Tensor;
      const repeats = (attrs as unknown as { reps: number[] }).reps;
      return { x: () => summedRepeats(dy as tf.Tensor, x.shape, repeats) };
    },
  },
  {
    kernelName: 'SquaredDifference',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const slope = (): tf.Tensor => tf.mul(dy as tf.Tensor, tf.mul(tf.sub(a, b), 2));
      return { a: () => summedTo(slope(), a.shape), b: () => summedTo(tf.neg(slope()), b.shape) };
    },
  },
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => {
      const x = saved[0] as tf.Tensor;
      return { x: () => spread(dy as tf.Tensor, x.shape, axesOf(attrs, x.shape)) };
    },
  },
  {
    kernelName: 'Mean',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => {
      const x = saved[0] as tf.Tensor;
      const axes = axesOf(attrs, x.shape);
      const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
      return { x: () => tf.div(spread(dy as tf.Tensor, x.shape, axes), count) };
    },
  },
  {
    kernelName: 'MirrorPad',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => {
      const { paddings, mode } = attrs as unknown as { paddings: [number, number][]; mode: string };
      const { shape } = saved[0] as tf.Tensor;
      const skip = mode === 'reflect' ? 1 : 0;
      const folded = (): tf.Tensor =>
        paddings.reduce(
          (slope, pair, axis) => foldedBorders(slope, axis, shape[axis] as number, pair, skip),
          dy as tf.Tensor,
        );
      return { x: folded };
    },
  },
];

/** Puts the replacements in place, for every backend. */
export function registerGradients(): void {
  for (const config of REPLACED) {
    if (tf.getGradient(config.kernelName) !== undefined) tf.unregisterGradient(config.kernelName);
    tf.registerGradient(config);
  }
}

function axesOf(attributes: tf.NamedAttrMap | undefined, shape: number[]): number[] {
  const { axis } = attributes as unknown as { axis: number | number[] };
  return tf.util.parseAxisParam(axis, shape);
}

/** What was summed over `axes` gets the gradient of its sum. */
function spread(dy: tf.Tensor, shape: readonly number[], axes: readonly number[]): tf.Tensor {
  const kept = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  return tf.mul(tf.reshape(dy, kept), tf.fill([...shape], 1));
}

/** Sum over the repetitions of every axis. */
function summedRepeats(dy: tf.Tensor, shape: readonly number[], repeats: readonly number[]): tf.Tensor {
  const pairs = shape.flatMap((extent, axis) =>
    repeats[axis] === 1 ? [extent] : [repeats[axis] as number, extent],
  );
  const axes: number[] = [];
  let position = 0;
  for (const [axis] of shape.entries()) {
    if (repeats[axis] !== 1) axes.push(position);
    position += repeats[axis] === 1 ? 1 : 2;
  }
  return tf.reshape(axes.length === 0 ? dy : tf.sum(tf.reshape(dy, pairs), axes), [...shape]);
}

/** The middle of an axis plus what mirrored it: borders turned round, `skip` elements away from the edge. */
function foldedBorders(
  dy: tf.Tensor,
  axis: number,
  extent: number,
  [before, after]: readonly [number, number],
  skip: number,
): tf.Tensor {
  const part = (start: number, size: number): tf.Tensor => {
    const begin = dy.shape.map((_, index) => (index === axis ? start : 0));
    return tf.slice(
      dy,
      begin,
      dy.shape.map((own, index) => (index === axis ? size : own)),
    );
  };
  const placed = (border: tf.Tensor, start: number, size: number): tf.Tensor =>
    tf.pad(
      tf.reverse(border, axis),
      dy.shape.map((_, index) => (index === axis ? [start, extent - start - size] : [0, 0])),
    );
  let sum = part(before, extent);
  if (before > 0) sum = tf.add(sum, placed(part(0, before), skip, before));
  if (after > 0) sum = tf.add(sum, placed(part(before + extent, after), extent - skip - after, after));
  return sum;
}

/** Sum over the axes along which a tensor of `shape` was broadcast. */
function summedTo(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const lead = gradient.rank - shape.length;
  const axes = gradient.shape.flatMap((extent, axis) =>
    axis < lead || (shape[axis - lead] === 1 && extent > 1) ? [axis] : [],
  );
  return tf.reshape(axes.length === 0 ? gradient : tf.sum(gradient, axes), [...shape]);
}
