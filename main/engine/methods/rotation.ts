import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { accuracy, crossEntropy } from '../losses/crossEntropy.ts';
import { mlp } from '../layers/mlp.ts';
import { prefixed, within } from '../layers/names.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';

/** Quarter turns anticlockwise: 0, 90, 180, 270 degrees. */
const TURNS = 4;

/** x [n, s, s, c] turned by `turns` quarters anticlockwise; transposes and reversals only, so no pixel is interpolated. */
export function quarterTurn(x: tf.Tensor4D, turns: number): tf.Tensor4D {
  if (turns === 1) return tf.reverse(x.transpose([0, 2, 1, 3]) as tf.Tensor4D, 1);
  if (turns === 2) return tf.reverse(x, [1, 2]);
  if (turns === 3) return tf.reverse(x, 1).transpose([0, 2, 1, 3]) as tf.Tensor4D;
  return x;
}

/** All four rotations of every image [4n, s, s, c], and which one each is [4n], int32. */
export function fourRotations(x: tf.Tensor4D): { readonly images: tf.Tensor4D; readonly turns: tf.Tensor1D } {
  const count = x.shape[0];
  const images = tf.concat(
    [0, 1, 2, 3].map((turn) => quarterTurn(x, turn)),
    0,
  );
  const codes = Int32Array.from({ length: TURNS * count }, (_, i) => Math.floor(i / count));
  return { images, turns: tf.tensor1d(codes, 'int32') };
}

function build({ encoder, shape }: BuildContext): BuiltMethod {
  if (shape[0] !== shape[1])
    throw new AppError({
      code: 'invalidConfig',
      message: `Method rotation needs square images, but these are ${shape[0]} x ${shape[1]}.`,
      hint: 'Import the images with a size, which makes them square.',
    });
  const head = mlp({ widths: [encoder.dim, TURNS], batchNorm: false });
  return {
    networks: { encoder, head },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    loss(params, { views }) {
      const { images, turns } = fourRotations(views[0] as tf.Tensor4D);
      const { y: h, updates } = encoder.apply(within(params, 'encoder'), images, true);
      const logits = head.apply(within(params, 'head'), h, true).y as tf.Tensor2D; // [4n, 4]
      return {
        loss: crossEntropy(logits, tf.oneHot(turns, TURNS).toFloat() as tf.Tensor2D),
        metrics: { pretextAccuracy: accuracy(logits, turns) },
        updates: prefixed(updates, 'encoder'),
      };
    },
  };
}

/**
 * Predicts by which of four quarter turns an image was rotated. All four rotations of each image are in the batch.
 * Deviations: any encoder instead of Network in Network; the linear head reads the pooled representation.
 */
export const rotation: SslMethod = {
  id: 'rotation',
  title: 'Rotation prediction',
  family: 'Pretext task',
  hint: 'RotNet',
  summary: 'Learns by telling which of four quarter turns each image was given.',
  reference: {
    paper:
      'Gidaris, Singh, Komodakis: Unsupervised representation learning by predicting image rotations, ICLR 2018',
    url: 'https://arxiv.org/abs/1803.07728',
    code: 'https://github.com/gidariss/FeatureLearningRotNet',
  },
  modalities: ['image'],
  usesLabels: false,
  viewCount: 1,
  params: {},
  views: [
    { id: 'resizedCrop', params: { scale: [0.6, 1], ratio: [0.75, 4 / 3] }, enabled: true },
    { id: 'horizontalFlip', params: { p: 0.5 }, enabled: true },
  ],
  build: (_params, context) => build(context),
};
