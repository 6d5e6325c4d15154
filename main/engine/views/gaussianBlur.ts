import * as tf from '@tensorflow/tfjs';
import { float, range, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { drawRows, perSample, selectSamples } from './drawing.ts';

const params = {
  sigma: range([0.1, 2], {
    min: 0.1,
    max: 10,
    step: 0.1,
    unit: 'pixels',
    doc: 'Standard deviation of the blur, drawn per sample.',
  }),
  p: float(0.5, { min: 0, max: 1, step: 0.05, doc: 'Probability that a sample is changed at all.' }),
} as const;

/** Pixels that count on either side: the window is a tenth of the image, as in SimCLR's code, and three pixels at least. */
export function blurRadius(size: number): number {
  return Math.max(1, Math.floor(Math.floor(size / 10) / 2));
}

/** The index within 0..size-1 that a mirror at the outermost pixels shows for a place outside (PyTorch's `reflect`). */
function reflected(place: number, size: number): number {
  const period = Math.max(1, 2 * (size - 1));
  const within = ((place % period) + period) % period;
  return Math.min(within, period - within, size - 1);
}

/** Which source pixel each target pixel sees at each distance -radius..radius: [2 radius + 1, size * size], rows are targets. */
function shifts(radius: number, size: number): tf.Tensor2D {
  const values = new Float32Array((2 * radius + 1) * size * size);
  for (let distance = -radius; distance <= radius; distance++)
    for (let target = 0; target < size; target++)
      values[((distance + radius) * size + target) * size + reflected(target + distance, size)] = 1;
  return tf.tensor2d(values, [2 * radius + 1, size * size]);
}

/** Matrices [n, size, size] that blur a line of pixels, from standard deviations [n, 1]. */
function blurring(sigma: tf.Tensor2D, size: number): tf.Tensor3D {
  const radius = blurRadius(size);
  const squares = Array.from({ length: 2 * radius + 1 }, (_, i) => (i - radius) ** 2);
  const exponents = tf.tensor2d(squares, [1, squares.length]).div(sigma.square().mul(-2));
  const weights = tf.softmax(exponents as tf.Tensor2D); // [n, 2 radius + 1]: normal densities that sum to one
  return tf.matMul(weights, shifts(radius, size)).reshape([sigma.shape[0], size, size]);
}

/** Gaussian blur: two small matrix products per image, edges mirrored, so that one compiled step serves every strength. */
export const gaussianBlur: View = {
  id: 'gaussianBlur',
  title: 'Gaussian blur',
  summary: 'Softens the image by a random amount; hides fine texture.',
  modalities: ['image'],
  params,
  reference: {
    paper:
      'Chen, Kornblith, Norouzi, Hinton: A simple framework for contrastive learning of visual representations, ICML 2020',
    url: 'https://arxiv.org/abs/2002.05709',
    code: 'https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py (GaussianBlur)',
  },
  draw(rng, given, count) {
    const { sigma, p } = given as ParamsOf<typeof params>;
    return drawRows(count, 2, () => [
      sigma[0] + (sigma[1] - sigma[0]) * rng.uniform(),
      rng.uniform() < p ? 1 : 0,
    ]);
  },
  apply(x, drawn) {
    const [count, height, width, channels] = x.shape;
    const sigma = drawn.slice([0, 0], [count, 1]) as tf.Tensor2D;
    const rows = tf.matMul(blurring(sigma, height), x.reshape([count, height, width * channels]));
    const byColumn = rows.reshape([count, height, width, channels]).transpose([0, 2, 1, 3]);
    const columns = byColumn.reshape([count, width, height * channels]) as tf.Tensor3D;
    const blurred = tf.matMul(blurring(sigma, width), columns).reshape([count, width, height, channels]);
    return selectSamples(perSample(drawn, 1), blurred.transpose([0, 2, 1, 3]) as tf.Tensor4D, x);
  },
};
