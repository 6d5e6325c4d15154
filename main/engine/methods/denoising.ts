import type * as tf from '@tensorflow/tfjs';
import { choice, float, int, type ParamsOf } from '../../core/params.ts';
import type { Rng } from '../../core/rng.ts';
import { chain } from '../layers/chain.ts';
import { imageDecoder } from '../layers/imageDecoder.ts';
import type { BuildContext, BuiltMethod, HostTensor, SslMethod } from '../method.ts';

const params = {
  noise: choice(
    'gaussian',
    ['gaussian', 'masking'],
    'Gaussian noise added to each number, or numbers set to 0 as in the paper.',
  ),
  sigma: float(0.3, {
    min: 0.01,
    max: 1,
    step: 0.01,
    doc: 'Deviation of Gaussian noise; images are in 0..1.',
  }),
  share: float(0.3, { min: 0.05, max: 0.95, step: 0.05, doc: 'Share of pixels that masking sets to 0.' }),
  decoderWidth: int(32, { min: 4, max: 512, step: 4, doc: 'Filters of the decoder’s last hidden layer.' }),
} as const;

type Given = ParamsOf<typeof params>;

/** Noise for `count` samples: added numbers [count, h, w, c], or factors 0 and 1 [count, h, w, 1] for masking. */
export function drawNoise(
  rng: Rng,
  { noise, sigma, share }: Pick<Given, 'noise' | 'sigma' | 'share'>,
  count: number,
  [height, width, channels]: readonly [number, number, number],
): HostTensor {
  const depth = noise === 'gaussian' ? channels : 1;
  const next = noise === 'gaussian' ? () => sigma * rng.normal() : () => (rng.uniform() < share ? 0 : 1);
  const data = Float32Array.from({ length: count * height * width * depth }, next);
  return { shape: [count, height, width, depth], dtype: 'float32', data };
}

/** Squared error loss of the paper, averaged over all numbers; clean and found [n, h, w, c]. */
export function denoisingLoss(found: tf.Tensor, clean: tf.Tensor): tf.Scalar {
  return found.sub(clean).square().mean() as tf.Scalar;
}

function build(given: Given, { encoder, shape, batchSize }: BuildContext): BuiltMethod {
  const decoder = imageDecoder({ from: encoder.dim, shape, width: given.decoderWidth });
  return {
    networks: { encoder, decoder },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    draw: (rng) => ({ noise: drawNoise(rng, given, batchSize, shape) }),
    loss(tensors, { views, drawn }) {
      const clean = views[0] as tf.Tensor4D;
      const noise = drawn['noise'] as tf.Tensor4D;
      const corrupted = given.noise === 'gaussian' ? clean.add(noise) : clean.mul(noise);
      const { ys, updates } = chain([['encoder', encoder], ['decoder', decoder]], tensors, [corrupted]); // prettier-ignore
      const image = ys[0] as tf.Tensor as tf.Tensor4D;
      return {
        loss: denoisingLoss(image, clean),
        metrics: {},
        updates,
      };
    },
  };
}

/**
 * Reconstructs clean images from noisy ones.
 * Deviations: one deep convolutional autoencoder instead of a stack of layers trained one by one, squared error, untied weights.
 */
export const denoising: SslMethod = {
  id: 'denoising',
  title: 'Denoising autoencoder',
  family: 'Reconstruction',
  hint: 'removes noise',
  summary: 'Learns by giving back the clean image when it is shown a noisy one.',
  reference: {
    paper:
      'Vincent, Larochelle, Bengio, Manzagol: Extracting and composing robust features with denoising autoencoders, ICML 2008',
    url: 'https://doi.org/10.1145/1390156.1390294',
    code: '',
  },
  modalities: ['image'],
  usesLabels: false,
  viewCount: 1,
  params,
  views: [{ id: 'horizontalFlip', params: { p: 0.5 }, enabled: true }],
  build: (given, context) => build(given as Given, context),
};
