import * as tf from '@tensorflow/tfjs';

/** Most segments into which a series is cut. */
export const SEGMENTS = 8;

/** Steps of each series [n, 1]; x [n, time, 1, channels + 1]. */
function lengths(x: tf.Tensor4D): tf.Tensor2D {
  const [count, time, , channels] = x.shape;
  return x
    .slice([0, 0, 0, channels - 1], [-1, -1, 1, 1])
    .reshape([count, time])
    .sum(1, true);
}

/** 0, 1, 2 ... as a row [1, count]. */
function counting(count: number): tf.Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: count }, (_, i) => i),
    [1, count],
  );
}

/** Rows of x [n, time, c] at whole places [n, t]: [n, t, c]. */
function rowsAt(x: tf.Tensor3D, places: tf.Tensor2D): tf.Tensor3D {
  const [count, time, channels] = x.shape;
  const first = counting(count).reshape([count, 1]).mul(time);
  const flat = places.add(first).round().toInt().reshape([-1]) as tf.Tensor1D;
  return tf.gather(x.reshape([-1, channels]) as tf.Tensor2D, flat).reshape([count, -1, channels]);
}

/** x [n, time, c] at places [n, t] between its steps, in straight lines between neighbours. */
function between(x: tf.Tensor3D, places: tf.Tensor2D): tf.Tensor3D {
  const last = x.shape[1] - 1;
  const lower = tf.clipByValue(places.floor(), 0, last) as tf.Tensor2D;
  const upper = tf.clipByValue(lower.add(1), 0, last) as tf.Tensor2D;
  const share = tf.clipByValue(places.sub(lower), 0, 1).expandDims(2);
  return rowsAt(x, lower).mul(share.neg().add(1)).add(rowsAt(x, upper).mul(share));
}

/** Channels of one batch put in place of another's; what tells the length stays, and what lies behind it is 0. */
function withValues(x: tf.Tensor4D, values: tf.Tensor3D): tf.Tensor4D {
  const [count, time, , channels] = x.shape;
  const present = x.slice([0, 0, 0, channels - 1], [-1, -1, 1, 1]) as tf.Tensor4D;
  const own = values.slice([0, 0, 0], [-1, -1, channels - 1]).reshape([count, time, 1, channels - 1]);
  return tf.concat([own.mul(present), present], 3) as tf.Tensor4D;
}

/**
 * Every series played along a curve [n, time] of its own: at the share i / (time - 1) of its length it shows what stood at the share
 * curve[i]. x [n, time, 1, channels + 1], lengths stay.
 */
export function playedAlong(x: tf.Tensor4D, curve: tf.Tensor2D): tf.Tensor4D {
  const [count, time, , channels] = x.shape;
  const steps = lengths(x).sub(1).maximum(1); // [n, 1]
  const shares = counting(time)
    .div(steps)
    .minimum(1)
    .mul(time - 1) as tf.Tensor2D; // [n, time] places in the curve
  const along = between(curve.expandDims(2) as tf.Tensor3D, shares)
    .squeeze([2])
    .mul(steps) as tf.Tensor2D;
  return withValues(x, between(x.reshape([count, time, channels]), along));
}

/**
 * Every series cut into equal segments that are put in another order: `segments` [n, 1] of them, `order` [n, SEGMENTS] says which comes
 * first, second ... of those of the original. x [n, time, 1, channels + 1], lengths stay.
 */
export function reordered(x: tf.Tensor4D, segments: tf.Tensor2D, order: tf.Tensor2D): tf.Tensor4D {
  const [count, time, , channels] = x.shape;
  const each = lengths(x).div(segments).floor().maximum(1); // [n, 1] steps of a segment
  const place = counting(time); // [1, time]
  const segment = place.add(0.5).div(each).floor(); // [n, time]
  const within = place.sub(segment.mul(each));
  const chosen = tf.oneHot(tf.clipByValue(segment, 0, SEGMENTS - 1).toInt(), SEGMENTS).toFloat();
  const source = chosen.mul(order.expandDims(1)).sum(2).mul(each).add(within);
  // What is left over behind the last whole segment stays where it is.
  const inside = segment.less(segments).toFloat();
  const from = source.mul(inside).add(place.mul(inside.neg().add(1))) as tf.Tensor2D;
  return withValues(x, rowsAt(x.reshape([count, time, channels]), tf.clipByValue(from, 0, time - 1)));
}
