import * as tf from '@tensorflow/tfjs';
import { int, type ParamsOf } from '../../core/params.ts';
import { imageDecoder } from '../layers/imageDecoder.ts';
import { normalValues } from '../layers/initial.ts';
import { mlp } from '../layers/mlp.ts';
import { prefixed, within } from '../layers/names.ts';
import { binaryCrossEntropy } from '../losses/reconstruction.ts';
import { METRICS } from '../metricNames.ts';
import type { BuildContext, BuiltMethod, SslMethod, Tensors } from '../method.ts';

const params = {
  latent: int(64, { min: 1, max: 1024, doc: 'Random numbers from which the generator makes an image.' }),
  generatorWidth: int(32, {
    min: 4,
    max: 512,
    step: 4,
    doc: 'Filters of the generator’s last hidden layer.',
  }),
} as const;

type Given = ParamsOf<typeof params>;

/** Cross-entropy of the discriminator: images found real and made ones found made; logits [n, 1]. */
export function discriminatorLoss(real: tf.Tensor, made: tf.Tensor): tf.Scalar {
  return binaryCrossEntropy(real, tf.onesLike(real))
    .mean()
    .add(binaryCrossEntropy(made, tf.zerosLike(made)).mean()) as tf.Scalar;
}

/** The loss of the generator that does not saturate: made images found real; logits [n, 1]. */
export function generatorLoss(made: tf.Tensor): tf.Scalar {
  return binaryCrossEntropy(made, tf.onesLike(made)).mean() as tf.Scalar;
}

/** Share of images, real and made, that the discriminator gets right. */
export function discriminated(real: tf.Tensor, made: tf.Tensor): tf.Scalar {
  return real.greater(0).toFloat().mean().add(made.less(0).toFloat().mean()).div(2) as tf.Scalar;
}

function build(given: Given, { encoder, shape, batchSize }: BuildContext): BuiltMethod {
  const generator = imageDecoder({ from: given.latent, shape, width: given.generatorWidth });
  const head = mlp({ widths: [encoder.dim, 1], batchNorm: false });
  const judge = (tensors: Tensors, x: tf.Tensor): { logits: tf.Tensor; updates: Tensors } => {
    const h = encoder.apply(within(tensors, 'encoder'), x, true);
    return {
      logits: head.apply(within(tensors, 'head'), h.y, true).y,
      updates: prefixed(h.updates, 'encoder'),
    };
  };
  const make = (tensors: Tensors, drawn: Tensors): { images: tf.Tensor; updates: Tensors } => {
    const { y, updates } = generator.apply(within(tensors, 'generator'), drawn['latent'] as tf.Tensor, true);
    return { images: tf.sigmoid(y), updates: prefixed(updates, 'generator') };
  };
  return {
    networks: { encoder, head, generator },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    draw: (rng) => ({ latent: normalValues(rng, [batchSize, given.latent]) }),
    loss(tensors, { views, drawn }) {
      const real = judge(tensors, views[0] as tf.Tensor4D);
      const made = judge(tensors, make(tensors, drawn).images);
      return {
        loss: discriminatorLoss(real.logits, made.logits),
        metrics: { [METRICS.pretextAccuracy]: discriminated(real.logits, made.logits) },
        // Of real images alone, for the representation is of such.
        updates: real.updates,
      };
    },
    further: [
      {
        networks: ['generator'],
        loss(tensors, { drawn }) {
          const { images, updates } = make(tensors, drawn);
          const loss = generatorLoss(judge(tensors, images).logits);
          return { loss, metrics: { [METRICS.generatorLoss]: loss }, updates };
        },
      },
    ],
  };
}

/**
 * The encoder is a discriminator that tells real images from those of a generator; each step updates first it, then the generator.
 * Deviations: any encoder as discriminator, with its own nonlinearity and one learning rate for both; running statistics are of real images; probes read
 * the pooled representation, not the maxima of all layers.
 */
export const gan: SslMethod = {
  id: 'gan',
  title: 'GAN (DCGAN features)',
  family: 'Generative',
  hint: 'discriminator features',
  summary: 'Learns by telling real images from those that a generator, trained against it, makes.',
  reference: {
    paper:
      'Radford, Metz, Chintala: Unsupervised representation learning with deep convolutional generative adversarial networks, ICLR 2016',
    url: 'https://arxiv.org/abs/1511.06434',
    code: 'https://github.com/pytorch/examples/tree/main/dcgan',
  },
  modalities: ['image'],
  usesLabels: false,
  viewCount: 1,
  params,
  views: [{ id: 'horizontalFlip', params: { p: 0.5 }, enabled: true }],
  build: (given, context) => build(given as Given, context),
};
