import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { FIRST_TOKEN, type SampleLayout, TOKENS } from '../layout.ts';

/** Tokens of a layout of texts. @throws AppError internal for other layouts, which a config refuses before */
export function vocabularyIn(layout: SampleLayout): number {
  if (layout.kind === 'text') return layout.vocabulary;
  throw new AppError({
    code: 'internal',
    message: `Texts were expected, but samples are ${layout.kind} data.`,
  });
}

/** Ids [n, tokens], int32, of x [n, tokens, 1, 1]. */
export function tokenIds(x: tf.Tensor4D): tf.Tensor2D {
  return x.reshape([x.shape[0], x.shape[1]]).round().toInt() as tf.Tensor2D;
}

/** 1 where a token stands and 0 in the filling [n, tokens]. */
export function tokensKept(x: tf.Tensor4D): tf.Tensor2D {
  return x.reshape([x.shape[0], x.shape[1]]).notEqual(TOKENS.pad).toFloat() as tf.Tensor2D;
}

/** 1 where an ordinary token stands, none of those with a meaning of their own [n, tokens]. */
export function ordinary(x: tf.Tensor4D): tf.Tensor2D {
  return x.reshape([x.shape[0], x.shape[1]]).greaterEqual(FIRST_TOKEN).toFloat() as tf.Tensor2D;
}

/** x [n, tokens, 1, 1] without the tokens where `keep` [n, tokens] is 0: those that stay move up, filling follows. */
export function withoutTokens(x: tf.Tensor4D, keep: tf.Tensor2D): tf.Tensor4D {
  const [count, length] = x.shape;
  const ids = x.reshape([count, length]);
  const target = tf.cumsum(keep, 1).sub(1).expandDims(1); // [n, 1, tokens] where each goes
  const places = tf.tensor3d(
    Float32Array.from({ length }, (_, i) => i),
    [1, length, 1],
  );
  // Sums of products, not a matrix product: in half precision ids would be rounded.
  const moved = target.equal(places).toFloat().mul(keep.mul(ids).expandDims(1)).sum(2);
  return moved.reshape([count, length, 1, 1]);
}
