import * as tf from '@tensorflow/tfjs';
import { float, int, type ParamsOf } from '../../core/params.ts';
import { drawDropout, dropout } from '../layers/dropout.ts';
import { constantValues, heNormal } from '../layers/initial.ts';
import { prefixed, within } from '../layers/names.ts';
import { maxOverTime, seriesParts } from '../layers/seriesInput.ts';
import type { Encoder, HostTensors, Network } from '../method.ts';

const params = {
  width: int(32, {
    min: 4,
    max: 512,
    doc: 'Filters of the first convolution; the second has twice and the third three times as many.',
  }),
  dropout: float(0.1, {
    min: 0,
    max: 0.9,
    step: 0.05,
    doc: 'Share of values dropped after each convolution.',
  }),
} as const;

type Given = ParamsOf<typeof params>;

/** Steps that each convolution looks at. */
const KERNELS = [24, 16, 8] as const;

function network({ width, dropout: rate }: Given, time: number, channels: number): Network {
  const layers = KERNELS.map((kernel, i) => ({
    name: `conv${i + 1}`,
    kernel,
    from: i === 0 ? channels : i * width,
    filters: (i + 1) * width,
  }));
  return {
    dim: 3 * width,
    init(rng) {
      const values: HostTensors = Object.fromEntries(
        layers.flatMap(({ name, kernel, from, filters }) => [
          [`${name}/filter`, heNormal(rng, [kernel, 1, from, filters], kernel * from)],
          [`${name}/bias`, constantValues([filters], 0)],
        ]),
      );
      const names = Object.keys(values);
      return { values, trainable: names, decay: names.filter((name) => name.endsWith('/filter')) };
    },
    draw: (rng, rows) =>
      rate === 0
        ? {}
        : (Object.assign(
            {},
            ...layers.map(({ name, filters }) =>
              prefixed(drawDropout(rng, rows, time * filters), `${name}/dropout`),
            ),
          ) as HostTensors),
    apply(tensors, x, training) {
      const { values, present } = seriesParts(x as tf.Tensor4D);
      const inside = present.expandDims(2);
      let y = values.expandDims(2) as tf.Tensor4D;
      for (const { name } of layers) {
        const own = within(tensors, name);
        const z = tf.conv2d(y, own['filter'] as tf.Tensor4D, 1, 'same').add(own['bias'] as tf.Tensor);
        // What lies behind the end stays 0, so that a series does not depend on how far it is filled up.
        const lit = tf.relu(z).mul(inside) as tf.Tensor4D;
        y = training ? dropout(lit, rate, within(own, 'dropout')) : lit;
      }
      return { y: maxOverTime(y.squeeze([2]), present), updates: {} };
    },
  };
}

/** Three convolutions over time (24, 16 and 8 steps) with ReLU and dropout after each, then the largest value of every filter within the series. */
export const conv1d: Encoder = {
  id: 'conv1d',
  title: 'Conv1D',
  summary:
    'Three convolutions over time and the largest value of every filter; as in the study of fairness of sensor data.',
  modalities: ['series'],
  reference: {
    paper:
      'Yfantidou, Spathis, Constantinides, Vakali, Quercia, Kawsar: Using self-supervised learning can improve model fairness, KDD 2024',
    url: 'https://arxiv.org/abs/2406.02361',
    code: 'https://github.com/Nokia-Bell-Labs/SSLfairness (simclr_models.py)',
  },
  params,
  build: (given, [time, , channels]) => network(given as Given, time, channels - 1),
};
