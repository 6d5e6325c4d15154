import type * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { float, int, type ParamsOf } from '../../core/params.ts';
import { chain } from '../layers/chain.ts';
import { imageDecoder } from '../layers/imageDecoder.ts';
import { weightedSquaredError } from '../losses/reconstruction.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';
import { patchMask } from '../views/patchMask.ts';

const params = {
  maskRatio: float(0.5, { min: 0.05, max: 0.9, step: 0.05, doc: 'Share of the patches that are covered.' }),
  patch: int(4, { min: 1, max: 64, unit: 'pixels', doc: 'Side of a patch.' }),
  decoderWidth: int(32, { min: 4, max: 512, step: 4, doc: 'Filters of the decoder’s last hidden layer.' }),
} as const;

type Given = ParamsOf<typeof params>;

function build(given: Given, { encoder, shape, layout, batchSize }: BuildContext): BuiltMethod {
  const { patch, maskRatio: ratio, decoderWidth: width } = given;
  const patches = Math.ceil(shape[0] / patch) * Math.ceil(shape[1] / patch);
  const covered = Math.round(ratio * patches);
  if (covered < 1 || covered >= patches)
    throw new AppError({
      code: 'invalidConfig',
      message: `Of ${patches} patches, method.params.maskRatio ${ratio} covers ${covered}, but some must be covered and some seen.`,
      hint: 'Set method.params.patch smaller, or method.params.maskRatio nearer to 0.5.',
    });
  const decoder = imageDecoder({ from: encoder.dim, shape, width });
  return {
    networks: { encoder, decoder },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    draw: (rng) => ({
      seen: patchMask.draw(rng, { ratio, patch, p: 1 }, batchSize, shape, { layout, passage: 0 }),
    }),
    loss(tensors, { views, drawn }) {
      const x = views[0] as tf.Tensor4D;
      const seen = drawn['seen'] as tf.Tensor4D; // [n, h, w, 1]: 1 where the encoder sees
      const { ys, updates } = chain([['encoder', encoder], ['decoder', decoder]], tensors, [x.mul(seen)]); // prettier-ignore
      const image = ys[0] as tf.Tensor as tf.Tensor4D;
      return {
        loss: weightedSquaredError(image, x, seen.neg().add(1)),
        metrics: {},
        updates,
      };
    },
  };
}

/**
 * Covers patches and paints them in again.
 * Deviations: random patches instead of a central square, no adversarial loss, and everything passes through the pooled representation h,
 * so that any encoder will do.
 */
export const inpainting: SslMethod = {
  id: 'inpainting',
  title: 'Inpainting',
  family: 'Reconstruction',
  hint: 'context encoder',
  summary: 'Learns by painting covered patches in again from what the representation keeps of the rest.',
  reference: {
    paper:
      'Pathak, Krähenbühl, Donahue, Darrell, Efros: Context encoders: feature learning by inpainting, CVPR 2016',
    url: 'https://arxiv.org/abs/1604.07379',
    code: 'https://github.com/pathak22/context-encoder',
  },
  modalities: ['image'],
  usesLabels: false,
  viewCount: 1,
  params,
  views: [
    { id: 'resizedCrop', params: { scale: [0.6, 1], ratio: [0.75, 4 / 3] }, enabled: true },
    { id: 'horizontalFlip', params: { p: 0.5 }, enabled: true },
  ],
  build: (given, context) => build(given as Given, context),
};
