import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../../core/rng.ts';
import { range, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { drawRows } from './drawing.ts';

const params = {
  scale: range([0.2, 1], { min: 0.01, max: 1, step: 0.01, doc: 'Share of the area that the crop keeps.' }),
  ratio: range([0.75, 4 / 3], { min: 0.25, max: 4, step: 0.01, doc: 'Width of the crop over its height.' }),
} as const;

/** Top, left, height and width of one crop in pixels: torchvision's RandomResizedCrop.get_params. */
export function drawCrop(
  rng: Rng,
  { scale, ratio }: ParamsOf<typeof params>,
  [height, width]: readonly [number, number, number],
): readonly [number, number, number, number] {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * (scale[0] + (scale[1] - scale[0]) * rng.uniform());
    const logRatio = Math.log(ratio[0]) + (Math.log(ratio[1]) - Math.log(ratio[0])) * rng.uniform();
    const w = Math.round(Math.sqrt(area * Math.exp(logRatio)));
    const h = Math.round(Math.sqrt(area / Math.exp(logRatio)));
    if (w > 0 && w <= width && h > 0 && h <= height)
      return [rng.below(height - h + 1), rng.below(width - w + 1), h, w];
  }
  return centralCrop(ratio, height, width);
}

function centralCrop(
  ratio: readonly [number, number],
  height: number,
  width: number,
): readonly [number, number, number, number] {
  const wanted = Math.min(ratio[1], Math.max(ratio[0], width / height));
  const w = Math.min(width, Math.round(height * wanted));
  const h = Math.min(height, Math.round(width / wanted));
  return [Math.round((height - h) / 2), Math.round((width - w) / 2), h, w];
}

/** Bilinear weights [n, size, size] that stretch start..start+extent (each [n, 1]) over `size` pixels, edges repeated. */
function stretching(start: tf.Tensor2D, extent: tf.Tensor2D, size: number): tf.Tensor3D {
  const [count] = start.shape;
  const pixels = tf.tensor2d(
    Float32Array.from({ length: size }, (_, i) => i),
    [1, size],
  );
  const centres = pixels.add(0.5).mul(extent).div(size).sub(0.5); // [n, size]
  const inside = tf.minimum(tf.maximum(centres, 0), extent.sub(1)).add(start);
  const distance = inside
    .reshape([count, size, 1])
    .sub(pixels.reshape([1, 1, size]))
    .abs();
  return tf.relu(distance.neg().add(1)).reshape([count, size, size]);
}

/**
 * Random part of the image, stretched back to full size (bilinear). The crop is two small matrix products per image, so it runs on any
 * engine.
 */
export const resizedCrop: View = {
  id: 'resizedCrop',
  title: 'Resized crop',
  summary: 'Keeps a random part of the image and stretches it back to full size.',
  modalities: ['image'],
  params,
  reference: {
    paper: 'Szegedy et al.: Going deeper with convolutions, CVPR 2015',
    url: 'https://arxiv.org/abs/1409.4842',
    code: 'https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py (RandomResizedCrop)',
  },
  draw: (rng, given, count, shape) =>
    drawRows(count, 4, () => drawCrop(rng, given as ParamsOf<typeof params>, shape)),
  apply(x, drawn) {
    const [count, height, width, channels] = x.shape;
    const column = (index: number): tf.Tensor2D => drawn.slice([0, index], [count, 1]) as tf.Tensor2D;
    const vertical = stretching(column(0), column(2), height); // [n, h, h]
    const horizontal = stretching(column(1), column(3), width); // [n, w, w]
    const rows = tf.matMul(vertical, x.reshape([count, height, width * channels])); // [n, h, w * c]
    const byColumn = rows.reshape([count, height, width, channels]).transpose([0, 2, 1, 3]);
    const stretched = tf.matMul(horizontal, byColumn.reshape([count, width, height * channels]));
    return stretched.reshape([count, width, height, channels]).transpose([0, 2, 1, 3]) as tf.Tensor4D;
  },
};
