import * as tf from '@tensorflow/tfjs';
import { int, type ParamsOf } from '../../core/params.ts';
import { imageDecoder } from '../layers/imageDecoder.ts';
import { normalValues } from '../layers/initial.ts';
import { mlp } from '../layers/mlp.ts';
import { prefixed, within } from '../layers/names.ts';
import { METRICS } from '../metricNames.ts';
import type { BuildContext, BuiltMethod, SslMethod, Tensors } from '../method.ts';
import { discriminated, discriminatorLoss } from './gan.ts';

const params = {
  latent: int(64, { min: 1, max: 1024, doc: 'Numbers of the latent code.' }),
  generatorWidth: int(32, {
    min: 4,
    max: 512,
    step: 4,
    doc: 'Filters of the generator’s last hidden layer.',
  }),
  hidden: int(256, {
    min: 4,
    max: 4096,
    doc: 'Width of the layer in which the discriminator joins image and code.',
  }),
} as const;

type Given = ParamsOf<typeof params>;

/** Both kinds of pairs [image, code] with the running statistics that making them moved. */
interface Pairs {
  readonly codes: tf.Tensor;
  readonly images: tf.Tensor;
  readonly updates: Tensors;
}

function build(given: Given, { encoder, shape, batchSize }: BuildContext): BuiltMethod {
  const code = mlp({ widths: [encoder.dim, given.latent], batchNorm: false });
  const generator = imageDecoder({ from: given.latent, shape, width: given.generatorWidth });
  const pair = mlp({ widths: [encoder.dim + given.latent, given.hidden, 1], batchNorm: false });
  const pairs = (tensors: Tensors, x: tf.Tensor, drawn: Tensors): Pairs => {
    const h = encoder.apply(within(tensors, 'encoder'), x, true);
    const made = generator.apply(within(tensors, 'generator'), drawn['latent'] as tf.Tensor, true);
    return {
      codes: code.apply(within(tensors, 'code'), h.y, true).y,
      images: tf.sigmoid(made.y),
      updates: { ...prefixed(h.updates, 'encoder'), ...prefixed(made.updates, 'generator') },
    };
  };
  /** Logits [n, 1] of pairs of images and codes. */
  const judge = (
    tensors: Tensors,
    images: tf.Tensor,
    codes: tf.Tensor,
  ): { logits: tf.Tensor; updates: Tensors } => {
    const seen = encoder.apply(within(tensors, 'critic'), images, true);
    const joined = tf.concat([seen.y, codes], 1);
    return {
      logits: pair.apply(within(tensors, 'pair'), joined, true).y,
      updates: prefixed(seen.updates, 'critic'),
    };
  };
  return {
    networks: { encoder, code, generator, critic: encoder, pair },
    embedding: 'code',
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    draw: (rng) => ({ latent: normalValues(rng, [batchSize, given.latent]) }),
    loss(tensors, { views, drawn }) {
      const x = views[0] as tf.Tensor4D;
      const { codes, images } = pairs(tensors, x, drawn);
      const real = judge(tensors, x, codes);
      const made = judge(tensors, images, drawn['latent'] as tf.Tensor);
      return {
        loss: discriminatorLoss(real.logits, made.logits),
        metrics: { [METRICS.pretextAccuracy]: discriminated(real.logits, made.logits) },
        updates: real.updates,
      };
    },
    further: [
      {
        networks: ['encoder', 'code', 'generator'],
        loss(tensors, { views, drawn }) {
          const x = views[0] as tf.Tensor4D;
          const { codes, images, updates } = pairs(tensors, x, drawn);
          const real = judge(tensors, x, codes);
          const made = judge(tensors, images, drawn['latent'] as tf.Tensor);
          const loss = discriminatorLoss(made.logits, real.logits);
          return { loss, metrics: { [METRICS.generatorLoss]: loss }, updates };
        },
      },
    ],
  };
}

/**
 * A generator makes images of codes and an encoder codes of images, until a discriminator of pairs cannot tell whose pair it sees.
 * Deviations: the discriminator looks at images through a second network like the encoder; probes read the representation h before the code.
 */
export const bigan: SslMethod = {
  id: 'bigan',
  title: 'BiGAN',
  family: 'Generative',
  hint: 'adversarial inference',
  summary: 'Learns to give real images codes that belong to them as codes belong to generated images.',
  reference: {
    paper: 'Donahue, Krähenbühl, Darrell: Adversarial feature learning, ICLR 2017',
    url: 'https://arxiv.org/abs/1605.09782',
    code: 'https://github.com/jeffdonahue/bigan',
  },
  modalities: ['image'],
  usesLabels: false,
  viewCount: 1,
  params,
  views: [{ id: 'horizontalFlip', params: { p: 0.5 }, enabled: true }],
  build: (given, context) => build(given as Given, context),
};
