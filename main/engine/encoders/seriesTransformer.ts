import * as tf from '@tensorflow/tfjs';
import { int, type ParamsOf } from '../../core/params.ts';
import { prefixed, within } from '../layers/names.ts';
import { linePositions } from '../layers/positions.ts';
import { meanOverTime, seriesParts } from '../layers/seriesInput.ts';
import {
  allTrainable,
  checkHeads,
  dense,
  denseInit,
  transformer,
  transformerInit,
} from '../layers/transformer.ts';
import type { Encoder, Network, Tensors } from '../method.ts';

const params = {
  patch: int(8, { min: 1, max: 512, unit: 'steps', doc: 'Steps that make one token.' }),
  width: int(64, { min: 4, max: 512, step: 2, doc: 'Numbers per token, and of the representation.' }),
  depth: int(3, { min: 1, max: 12, doc: 'Transformer blocks.' }),
  heads: int(4, { min: 1, max: 16, doc: 'Attention heads; the width is a multiple of them.' }),
  ratio: int(2, { min: 1, max: 8, doc: 'Hidden width of a block’s MLP over its width.' }),
} as const;

type Given = ParamsOf<typeof params>;

/** Neighbouring steps side by side, the last filled up with zeros: x [n, time, c] -> [n, ceil(time / patch), patch c]. */
function stepPatches(x: tf.Tensor3D, patch: number): tf.Tensor3D {
  const [count, time, channels] = x.shape;
  const tokens = Math.ceil(time / patch);
  const full = tf.pad(x, [[0, 0], [0, tokens * patch - time], [0, 0]]); // prettier-ignore
  return full.reshape([count, tokens, patch * channels]);
}

function network(given: Given, channels: number): Network {
  const { patch, width } = given;
  const encode = (tensors: Tensors, x: tf.Tensor4D): tf.Tensor2D => {
    const { values, present } = seriesParts(x);
    const kept = stepPatches(present, patch).max(2, true) as tf.Tensor3D; // [n, tokens, 1]
    const count = kept.shape[1];
    const places = tf.tensor2d(linePositions(count, width), [count, width]);
    const tokens = dense(within(tensors, 'patches'), stepPatches(values, patch)).add(places) as tf.Tensor3D;
    const all = transformer(within(tensors, 'blocks'), tokens, given, kept.squeeze([2]));
    return meanOverTime(all, kept);
  };
  return {
    dim: width,
    init: (rng) =>
      allTrainable({
        ...prefixed(denseInit(rng, patch * channels, width), 'patches'),
        ...prefixed(transformerInit(rng, given), 'blocks'),
      }),
    apply: (tensors, x) => ({ y: encode(tensors, x as tf.Tensor4D), updates: {} }),
  };
}

/** Tokens of neighbouring steps, all channels together, fixed positions, pre-norm blocks, and the mean of the tokens within the series. */
export const seriesTransformer: Encoder = {
  id: 'seriesTransformer',
  title: 'Series transformer',
  summary: 'Makes a token of a few neighbouring steps and lets a transformer relate them.',
  modalities: ['series'],
  reference: {
    paper:
      'Nie, Nguyen, Sinthong, Kalagnanam: A time series is worth 64 words: long-term forecasting with transformers, ICLR 2023 (patches as tokens)',
    url: 'https://arxiv.org/abs/2211.14730',
    code: 'https://github.com/yuqinie98/PatchTST',
  },
  params,
  build(given, [, , channels]) {
    checkHeads('seriesTransformer', given as Given);
    return network(given as Given, channels - 1);
  },
};
