import type * as tf from '@tensorflow/tfjs';
import { choice, float, int, type ParamsOf } from '../../core/params.ts';
import { imageDecoder } from '../layers/imageDecoder.ts';
import { normalValues } from '../layers/initial.ts';
import { mlp } from '../layers/mlp.ts';
import { prefixed, within } from '../layers/names.ts';
import { binaryCrossEntropy } from '../losses/reconstruction.ts';
import { METRICS } from '../metricNames.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';

const params = {
  beta: float(1, {
    min: 0,
    max: 1000,
    doc: 'Weight of the divergence: 1 is the VAE, more makes its numbers tell different things (beta-VAE).',
  }),
  warmupShare: float(0.1, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Share of the training in which beta rises from 0.',
  }),
  latent: int(64, { min: 1, max: 1024, doc: 'Numbers of the latent code.' }),
  likelihood: choice(
    'bernoulli',
    ['bernoulli', 'gaussian'],
    'How numbers of an image are distributed around the decoder’s: as brightness in 0..1, or normally.',
  ),
  sigma: float(0.3, { min: 0.01, max: 10, log: true, doc: 'Deviation of the normal likelihood.' }),
  decoderWidth: int(32, { min: 4, max: 512, step: 4, doc: 'Filters of the decoder’s last hidden layer.' }),
} as const;

type Given = ParamsOf<typeof params>;

/** Divergence of N(mean, e^logVariance) from N(0, 1), summed over the code and averaged over samples: -1/2 sum(1 + l - m^2 - e^l). */
export function divergence(mean: tf.Tensor2D, logVariance: tf.Tensor2D): tf.Scalar {
  const terms = logVariance.add(1).sub(mean.square()).sub(logVariance.exp());
  return terms.sum(1).mean().mul(-0.5) as tf.Scalar;
}

/** Negative log likelihood of images x in 0..1, less its constant, summed over an image and averaged over images. */
export function reconstruction(
  decoded: tf.Tensor,
  x: tf.Tensor,
  { likelihood, sigma }: Pick<Given, 'likelihood' | 'sigma'>,
): tf.Scalar {
  const errors =
    likelihood === 'bernoulli'
      ? binaryCrossEntropy(decoded, x)
      : decoded
          .sub(x)
          .square()
          .div(2 * sigma ** 2);
  return errors.sum().div(x.shape[0] ?? 1) as tf.Scalar;
}

function build(given: Given, { encoder, shape, batchSize }: BuildContext): BuiltMethod {
  const [mean, logVariance] = [0, 1].map(() =>
    mlp({ widths: [encoder.dim, given.latent], batchNorm: false }),
  ) as [ReturnType<typeof mlp>, ReturnType<typeof mlp>];
  const decoder = imageDecoder({ from: given.latent, shape, width: given.decoderWidth });
  return {
    networks: { encoder, mean, logVariance, decoder },
    embedding: 'mean',
    viewCount: 1,
    state: () => ({}),
    scalars: {
      beta: (progress) =>
        given.beta * (given.warmupShare > 0 ? Math.min(1, progress / given.warmupShare) : 1),
    },
    draw: (rng) => ({ noise: normalValues(rng, [batchSize, given.latent]) }),
    loss(tensors, { views, drawn, scalars }) {
      const x = views[0] as tf.Tensor4D;
      const h = encoder.apply(within(tensors, 'encoder'), x, true);
      const m = mean.apply(within(tensors, 'mean'), h.y, true).y as tf.Tensor2D;
      const l = logVariance.apply(within(tensors, 'logVariance'), h.y, true).y as tf.Tensor2D;
      const code = m.add(
        l
          .mul(0.5)
          .exp()
          .mul(drawn['noise'] as tf.Tensor2D),
      ); // [n, latent]
      const image = decoder.apply(within(tensors, 'decoder'), code, true);
      const [nats, kl] = [reconstruction(image.y, x, given), divergence(m, l)];
      return {
        loss: nats.add(kl.mul(scalars['beta'] as tf.Scalar)).div(shape[0] * shape[1] * shape[2]) as tf.Scalar,
        metrics: { [METRICS.reconstruction]: nats, [METRICS.divergence]: kl },
        updates: { ...prefixed(h.updates, 'encoder'), ...prefixed(image.updates, 'decoder') },
      };
    },
  };
}

/**
 * Variational autoencoder, and beta-VAE for another beta. The loss is the negative evidence lower bound over the number of an image's values,
 * so that learning rates do not depend on the size of images.
 * Deviation: probes read the representation h before the latent mean, which monitors look at.
 */
export const vae: SslMethod = {
  id: 'vae',
  title: 'Variational autoencoder',
  family: 'Generative',
  hint: 'VAE and beta-VAE',
  summary: 'Learns by describing each image in a few uncertain numbers from which it can be drawn again.',
  reference: {
    paper: 'Kingma, Welling: Auto-encoding variational Bayes, ICLR 2014; Higgins et al.: beta-VAE, ICLR 2017',
    url: 'https://arxiv.org/abs/1312.6114',
    code: 'https://github.com/pytorch/examples/tree/main/vae',
  },
  modalities: ['image'],
  usesLabels: false,
  viewCount: 1,
  params,
  views: [{ id: 'horizontalFlip', params: { p: 0.5 }, enabled: true }],
  build: (given, context) => build(given as Given, context),
};
