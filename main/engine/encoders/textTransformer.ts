import * as tf from '@tensorflow/tfjs';
import { int, type ParamsOf } from '../../core/params.ts';
import { truncatedNormal } from '../layers/initial.ts';
import { prefixed, within } from '../layers/names.ts';
import { meanOverTime } from '../layers/seriesInput.ts';
import { tokenIds, tokensKept, vocabularyIn } from '../layers/tokens.ts';
import { allTrainable, checkHeads, transformer, transformerInit } from '../layers/transformer.ts';
import { TEXT_SPECS } from '../preparation/text.ts';
import type { Encoder, Network, TokenEncoder } from '../method.ts';

const params = {
  ...TEXT_SPECS,
  width: int(128, { min: 4, max: 1024, step: 4, doc: 'Numbers per token, and of the representation.' }),
  depth: int(2, { min: 1, max: 24, doc: 'Transformer blocks.' }),
  heads: int(4, { min: 1, max: 16, doc: 'Attention heads; the width is a multiple of them.' }),
  ratio: int(4, { min: 1, max: 8, doc: 'Hidden width of a block’s MLP over its width.' }),
} as const;

type Given = ParamsOf<typeof params>;

/** An encoder of texts as `length` token ids, from a vocabulary. */
export function textNetwork(
  given: Omit<Given, 'length' | 'vocabulary'>,
  length: number,
  vocabulary: number,
): Network {
  const { width } = given;
  const encode: TokenEncoder['encode'] = (tensors, x) => {
    const ids = tokenIds(x);
    const found = tf.gather(tensors['embeddings/weight'] as tf.Tensor2D, ids.reshape([-1]) as tf.Tensor1D);
    const placed = found.reshape([x.shape[0], length, width]).add(tensors['positions'] as tf.Tensor2D);
    return transformer(within(tensors, 'blocks'), placed as tf.Tensor3D, given, tokensKept(x));
  };
  return {
    dim: width,
    tokens: { vocabulary, width, embeddings: 'embeddings/weight', encode },
    init: (rng) =>
      allTrainable({
        'embeddings/weight': truncatedNormal(rng, [vocabulary, width], 0.02),
        positions: truncatedNormal(rng, [length, width], 0.02),
        ...prefixed(transformerInit(rng, given), 'blocks'),
      }),
    apply(tensors, x) {
      const all = encode(tensors, x as tf.Tensor4D);
      return { y: meanOverTime(all, tokensKept(x as tf.Tensor4D).expandDims(2)), updates: {} };
    },
  };
}

/**
 * A transformer over byte-pair tokens that are learnt from the pretrain split: learned positions, pre-norm blocks with GELU, and the mean
 * of the tokens as representation. Small, as the data sets are on which it is trained from nothing.
 */
export const textTransformer: Encoder = {
  id: 'textTransformer',
  title: 'Text transformer',
  summary: 'Reads pieces of words, learnt from the texts themselves, with a small transformer.',
  modalities: ['text'],
  reference: {
    paper:
      'Devlin, Chang, Lee, Toutanova: BERT: pre-training of deep bidirectional transformers for language understanding, NAACL 2019',
    url: 'https://arxiv.org/abs/1810.04805',
    code: 'https://github.com/google-research/bert',
  },
  params,
  build(given, [length], layout) {
    checkHeads('textTransformer', given as Given);
    return textNetwork(given as Given, length, vocabularyIn(layout));
  },
};
