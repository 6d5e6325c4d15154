import type * as tf from '@tensorflow/tfjs';
import { float, int, type ParamsOf } from '../../core/params.ts';
import type { Rng } from '../../core/rng.ts';
import type { HostTensor, View } from '../method.ts';

const params = {
  ratio: float(0.5, { min: 0, max: 0.95, step: 0.05, doc: 'Share of the patches that are covered.' }),
  patch: int(4, { min: 1, max: 64, unit: 'pixels', doc: 'Side of a patch.' }),
  p: float(1, { min: 0, max: 1, step: 0.05, doc: 'Probability that a sample is changed at all.' }),
} as const;

/** Writes 0 where one image's drawn patches are: exactly the rounded share of them, at the right and lower edge cut off. */
function coverPatches(
  mask: Float32Array,
  rng: Rng,
  { ratio, patch }: Pick<ParamsOf<typeof params>, 'ratio' | 'patch'>,
  [height, width]: readonly [number, number, number],
): void {
  const [down, across] = [Math.ceil(height / patch), Math.ceil(width / patch)];
  const covered = rng.permutation(down * across).subarray(0, Math.round(ratio * down * across));
  for (const place of covered) {
    const [top, left] = [Math.floor(place / across) * patch, (place % across) * patch];
    for (let row = top; row < Math.min(height, top + patch); row++)
      mask.fill(0, row * width + left, row * width + Math.min(width, left + patch));
  }
}

/** Blackens a random share of the patches of a grid. The numbers drawn are the mask itself, so that patches of any size share one compiled step. */
export const patchMask: View = {
  id: 'patchMask',
  title: 'Patch mask',
  summary: 'Blackens a random share of the patches of a grid, so that the rest must be enough.',
  modalities: ['image'],
  params,
  reference: {
    paper: 'He et al.: Masked autoencoders are scalable vision learners, CVPR 2022 (random masking)',
    url: 'https://arxiv.org/abs/2111.06377',
    code: 'https://github.com/facebookresearch/mae/blob/main/models_mae.py (random_masking)',
  },
  draw(rng, given, count, shape): HostTensor {
    const chosen = given as ParamsOf<typeof params>;
    const size = shape[0] * shape[1];
    const data = new Float32Array(count * size).fill(1);
    for (let sample = 0; sample < count; sample++) {
      const applied = rng.uniform() < chosen.p;
      if (applied) coverPatches(data.subarray(sample * size, (sample + 1) * size), rng, chosen, shape);
    }
    return { shape: [count, shape[0], shape[1], 1], dtype: 'float32', data };
  },
  apply: (x, drawn) => x.mul(drawn as tf.Tensor4D),
};
