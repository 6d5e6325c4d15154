import * as tf from '@tensorflow/tfjs';
import { float, range, type ParamsOf } from '../../core/params.ts';
import type { Rng } from '../../core/rng.ts';
import type { View } from '../method.ts';
import { drawRows, perSample, selectSamples } from './drawing.ts';

const params = {
  scale: range([0.02, 0.33], { min: 0.01, max: 1, step: 0.01, doc: 'Share of the area that is covered.' }),
  ratio: range([0.3, 3.3], { min: 0.1, max: 10, step: 0.1, doc: 'Height of the rectangle over its width.' }),
  value: float(0, { min: 0, max: 1, step: 0.05, doc: 'Brightness of the rectangle: 0 is black.' }),
  p: float(0.5, { min: 0, max: 1, step: 0.05, doc: 'Probability that a sample is changed at all.' }),
} as const;

/** Top, left, height and width of one rectangle in pixels, all 0 where ten draws gave none that fits: torchvision's RandomErasing.get_params. */
export function drawRectangle(
  rng: Rng,
  { scale, ratio }: Pick<ParamsOf<typeof params>, 'scale' | 'ratio'>,
  [height, width]: readonly [number, number, number],
): readonly [number, number, number, number] {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * (scale[0] + (scale[1] - scale[0]) * rng.uniform());
    const logRatio = Math.log(ratio[0]) + (Math.log(ratio[1]) - Math.log(ratio[0])) * rng.uniform();
    const h = Math.round(Math.sqrt(area * Math.exp(logRatio)));
    const w = Math.round(Math.sqrt(area / Math.exp(logRatio)));
    if (h > 0 && w > 0 && h < height && w < width)
      return [rng.below(height - h + 1), rng.below(width - w + 1), h, w];
  }
  return [0, 0, 0, 0];
}

/** 1 within start..start+extent (each [n, 1]) and 0 elsewhere: [n, size]. */
function within(start: tf.Tensor2D, extent: tf.Tensor2D, size: number): tf.Tensor2D {
  const pixels = tf.tensor2d(
    Float32Array.from({ length: size }, (_, i) => i),
    [1, size],
  );
  const offset = pixels.sub(start);
  return offset.greaterEqual(0).logicalAnd(offset.less(extent)).toFloat() as tf.Tensor2D;
}

/** Covers a random rectangle of each image with one brightness; all channels alike. */
export const cutout: View = {
  id: 'cutout',
  title: 'Cutout',
  summary: 'Covers a random rectangle, so that no single part of the image is enough.',
  modalities: ['image'],
  params,
  reference: {
    paper:
      'DeVries, Taylor: Improved regularization of convolutional neural networks with cutout, 2017; Zhong et al.: Random erasing data augmentation, AAAI 2020',
    url: 'https://arxiv.org/abs/1708.04552',
    code: 'https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py (RandomErasing)',
  },
  draw(rng, given, count, shape) {
    const chosen = given as ParamsOf<typeof params>;
    return drawRows(count, 6, () => [
      ...drawRectangle(rng, chosen, shape),
      chosen.value,
      rng.uniform() < chosen.p ? 1 : 0,
    ]);
  },
  apply(x, drawn) {
    const [count, height, width] = x.shape;
    const column = (index: number): tf.Tensor2D => drawn.slice([0, index], [count, 1]) as tf.Tensor2D;
    const rows = within(column(0), column(2), height).reshape([count, height, 1, 1]);
    const columns = within(column(1), column(3), width).reshape([count, 1, width, 1]);
    const covered = rows.mul(columns).mul(perSample(drawn, 5)) as tf.Tensor4D;
    return selectSamples(covered, perSample(drawn, 4), x);
  },
};
