import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { int, type ParamsOf } from '../../core/params.ts';
import { textNetwork } from '../encoders/textTransformer.ts';
import { constantValues, truncatedNormal } from '../layers/initial.ts';
import { prefixed, within } from '../layers/names.ts';
import { normaliseRows } from '../layers/normaliseRows.ts';
import { accuracy } from '../losses/crossEntropy.ts';
import { TEXT_SPECS } from '../preparation/text.ts';
import type { BuildContext, BuiltMethod, Network, SslMethod } from '../method.ts';

const params = {
  projectorDim: int(128, {
    min: 4,
    max: 4096,
    doc: 'Width of the embedding in which images and texts are compared.',
  }),
  textWidth: int(128, { min: 4, max: 1024, step: 4, doc: 'Numbers per token of the text encoder.' }),
  textDepth: int(2, { min: 1, max: 12, doc: 'Transformer blocks of the text encoder.' }),
  ...TEXT_SPECS,
} as const;

type Given = ParamsOf<typeof params>;

/** Heads of the text encoder. */
const HEADS = 4;
/** Logarithm of the factor of similarities at first, and at most: 1 / 0.07 and 100. */
const FIRST = Math.log(1 / 0.07);
const MOST = Math.log(100);

/** A product with a matrix alone, from one width to another. */
function projection(from: number, to: number): Network {
  return {
    dim: to,
    init: (rng) => ({
      values: { weight: truncatedNormal(rng, [from, to], from ** -0.5) },
      trainable: ['weight'],
      decay: ['weight'],
    }),
    apply: (tensors, x) => ({
      y: tf.matMul(x as tf.Tensor2D, tensors['weight'] as tf.Tensor2D),
      updates: {},
    }),
  };
}

/** The learnt factor of similarities, as a network without input. */
const scaleNetwork: Network = {
  dim: 1,
  init: () => ({ values: { logarithm: constantValues([], FIRST) }, trainable: ['logarithm'], decay: [] }),
  apply: (tensors) => ({ y: tensors['logarithm'] as tf.Tensor, updates: {} }),
};

/** Similarities [n, n] of unit rows of images to those of texts, times a factor. */
export function similarities(images: tf.Tensor2D, texts: tf.Tensor2D, factor: tf.Scalar): tf.Tensor2D {
  return tf.matMul(normaliseRows(images), normaliseRows(texts), false, true).mul(factor);
}

/** The mean of both directions' -log softmax at the own partner, among all of the batch; logits [n, n], own partners on the diagonal. */
export function clipLoss(logits: tf.Tensor2D): tf.Scalar {
  const own = tf.eye(logits.shape[0]);
  const direction = (rows: tf.Tensor2D): tf.Tensor => tf.logSoftmax(rows).mul(own).sum(1).mean().neg();
  return direction(logits)
    .add(direction(logits.transpose() as tf.Tensor2D))
    .div(2) as tf.Scalar;
}

function build(given: Given, { encoder, layout, batchSize }: BuildContext): BuiltMethod {
  const captions = layout.kind === 'image' ? layout.captions : undefined;
  if (captions === undefined) throw noCaptions();
  if (given.textWidth % HEADS !== 0) throw unevenHeads(given.textWidth);
  const shape = { width: given.textWidth, depth: given.textDepth, heads: HEADS, ratio: 4 };
  const text = textNetwork(shape, captions.length, captions.vocabulary);
  const projector = projection(encoder.dim, given.projectorDim);
  const textProjector = projection(text.dim, given.projectorDim);
  return {
    networks: { encoder, projector, text, textProjector, scale: scaleNetwork },
    embedding: 'projector',
    viewCount: 1,
    usesCaptions: true,
    state: () => ({}),
    scalars: {},
    loss(tensors, { views, captions: said }) {
      const h = encoder.apply(within(tensors, 'encoder'), views[0] as tf.Tensor4D, true);
      const z = projector.apply(within(tensors, 'projector'), h.y, true).y as tf.Tensor2D;
      const t = text.apply(within(tensors, 'text'), said as tf.Tensor4D, true).y;
      const w = textProjector.apply(within(tensors, 'textProjector'), t, true).y as tf.Tensor2D;
      const factor = (tensors['scale/logarithm'] as tf.Scalar).minimum(MOST).exp() as tf.Scalar;
      const logits = similarities(z, w, factor);
      const own = tf.tensor1d(Int32Array.from({ length: batchSize }, (_, i) => i), 'int32'); // prettier-ignore
      return {
        loss: clipLoss(logits),
        metrics: { pretextAccuracy: accuracy(logits, own) },
        updates: prefixed(h.updates, 'encoder'),
      };
    },
  };
}

function noCaptions(): AppError {
  return new AppError({
    code: 'invalidConfig',
    message: 'Method clip compares images with what is said of them, but this data set has no captions.',
    hint: 'Import images with captions (a column caption, or a .txt beside each image), or choose another method.',
  });
}

function unevenHeads(width: number): AppError {
  return new AppError({
    code: 'invalidConfig',
    message: `method.params.textWidth is ${width}, which ${HEADS} attention heads cannot share evenly.`,
    hint: `Set it to a multiple of ${HEADS}.`,
  });
}

/**
 * Recognises an image's own caption among those of the batch, and the other way round. Deviations: a small transformer over byte-pair tokens of
 * the captions, trained from nothing with the image encoder, whose texts are the mean of their tokens instead of the last one.
 */
export const clip: SslMethod = {
  id: 'clip',
  title: 'CLIP-style',
  family: 'Contrastive',
  hint: 'image with text',
  summary: 'Learns by recognising which caption of the batch belongs to which image.',
  reference: {
    paper: 'Radford et al.: Learning transferable visual models from natural language supervision, ICML 2021',
    url: 'https://arxiv.org/abs/2103.00020',
    code: 'https://github.com/openai/CLIP',
  },
  modalities: ['image'],
  usesLabels: false,
  params,
  views: [{ id: 'resizedCrop', params: { scale: [0.6, 1], ratio: [0.75, 4 / 3] }, enabled: true }],
  build: (given, context) => build(given as Given, context),
};
