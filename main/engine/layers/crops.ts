import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import type { ViewChoice } from '../../../preload/contract/vocabulary.ts';
import { int, range, type ParamsOf } from '../../core/params.ts';
import type { Network, Tensors } from '../method.ts';
import { chain, type Named } from './chain.ts';

/** Crops of the whole size that every sample has; local ones follow. */
export const GLOBAL_CROPS = 2;

/** Parameters of methods that look at many crops (Caron et al., arXiv 2006.09882). */
export const cropParams = {
  localCrops: int(4, {
    min: 0,
    max: 12,
    doc: 'Small crops of each sample besides the two large ones; 0 leaves them out.',
  }),
  localScale: range([0.05, 0.4], {
    min: 0.01,
    max: 1,
    step: 0.01,
    doc: 'Share of the area that a small crop keeps.',
  }),
  localSize: int(16, {
    min: 2,
    max: 512,
    unit: 'pixels',
    doc: 'Height and width of small crops; no larger than the image.',
  }),
} as const;

export type CropParams = ParamsOf<typeof cropParams>;

/** The pipeline of a view: local crops take another share of the area, by a resized crop of their own if there is none. */
export function cropChoices(
  choices: readonly ViewChoice[],
  view: number,
  { localScale }: CropParams,
): readonly ViewChoice[] {
  if (view < GLOBAL_CROPS) return choices;
  const active = choices.some(({ id, enabled }) => id === 'resizedCrop' && enabled);
  const crop = {
    id: 'resizedCrop',
    params: { scale: localScale, ratio: [0.75, 4 / 3] as const },
    enabled: true,
  };
  if (!active) return [crop, ...choices];
  return choices.map((choice) =>
    choice.id === 'resizedCrop' ? { ...choice, params: { ...choice.params, scale: localScale } } : choice,
  );
}

/** @throws AppError invalidConfig if small crops cannot be cut into the encoder's patches */
export function checkCrops({ localCrops, localSize }: CropParams, { patches }: Network): void {
  if (localCrops === 0 || !patches || localSize % patches.patch === 0) return;
  throw new AppError({
    code: 'invalidConfig',
    message: `Small crops of ${localSize} x ${localSize} cannot be cut into the encoder’s patches of ${patches.patch} x ${patches.patch}.`,
    hint: `Set method.params.localSize to a multiple of ${patches.patch}.`,
  });
}

/** Crops as a network sees them: all large ones as one batch, all small ones, made smaller, as another. */
export function cropBatches(
  views: readonly tf.Tensor4D[],
  { localCrops, localSize }: CropParams,
): readonly tf.Tensor4D[] {
  const large = tf.concat(views.slice(0, GLOBAL_CROPS), 0);
  if (localCrops === 0) return [large];
  const small = tf.concat(views.slice(GLOBAL_CROPS), 0);
  const [, height, width] = small.shape;
  const size: [number, number] = [Math.min(localSize, height), Math.min(localSize, width)];
  return [
    large,
    size[0] === height && size[1] === width ? small : tf.image.resizeBilinear(small, size, false, true),
  ];
}

/** What networks make of crops in training mode: one output [n, dim] per crop, the large ones first; batch statistics are per size. */
export function throughCrops(
  networks: readonly Named[],
  tensors: Tensors,
  batches: readonly tf.Tensor4D[],
  count: number,
): { readonly crops: readonly tf.Tensor2D[]; readonly updates: Tensors } {
  const { ys, updates } = chain(networks, tensors, batches);
  return { crops: ys.flatMap((y) => tf.split(y, (y.shape[0] ?? 0) / count, 0)), updates };
}
