import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { float, type ParamsOf } from '../../core/params.ts';
import { prefixed, within } from '../layers/names.ts';
import { constantValues } from '../layers/initial.ts';
import { ordinary } from '../layers/tokens.ts';
import { allTrainable, dense, denseInit, gelu, layerNorm, layerNormInit } from '../layers/transformer.ts';
import { FIRST_TOKEN, TOKENS } from '../layout.ts';
import type { BuildContext, BuiltMethod, Network, SslMethod, Tensors, TokenEncoder } from '../method.ts';

const params = {
  rate: float(0.15, { min: 0.02, max: 0.9, step: 0.01, doc: 'Share of the tokens that are asked for.' }),
  masked: float(0.8, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Of those, how many are replaced by the mask token.',
  }),
  random: float(0.1, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Of those, how many are replaced by a random token; the rest stays.',
  }),
} as const;

type Given = ParamsOf<typeof params>;

/** Which tokens are asked for: their places [n, most], and 1 for those that count [n, most], as texts differ in length. */
export interface Chosen {
  readonly places: tf.Tensor2D;
  readonly weights: tf.Tensor2D;
}

/** The rounded share of every text's tokens, one at least if it has any: those of the largest drawn numbers [n, tokens]. */
export function chooseTokens(x: tf.Tensor4D, drawn: tf.Tensor2D, rate: number): Chosen {
  const words = ordinary(x);
  const most = Math.max(1, Math.round(rate * (x.shape[1] - 1)));
  const places = tf.topk(drawn.add(1).mul(words), most).indices;
  const wanted = words.sum(1, true).mul(rate).round().maximum(1).minimum(words.sum(1, true)); // [n, 1]
  const ranks = tf.tensor2d(
    Float32Array.from({ length: most }, (_, i) => i),
    [1, most],
  );
  return { places: places as tf.Tensor2D, weights: ranks.less(wanted).toFloat() as tf.Tensor2D };
}

/** x with the chosen tokens hidden: by the mask token, by a random one, or not at all, as `fate` [n, tokens] in 0..1 says. */
export function hideTokens(
  x: tf.Tensor4D,
  { places, weights }: Chosen,
  fate: tf.Tensor2D,
  others: tf.Tensor2D,
  { masked, random }: Pick<Given, 'masked' | 'random'>,
): tf.Tensor4D {
  const ids = x.reshape([x.shape[0], x.shape[1]]);
  const asked = tf.oneHot(places.toInt(), x.shape[1]).toFloat().mul(weights.expandDims(2)).sum(1);
  const toMask = fate.less(masked).toFloat().mul(asked);
  const toOther = fate
    .less(masked + random)
    .toFloat()
    .mul(asked)
    .sub(toMask);
  const kept = toMask.add(toOther).neg().add(1);
  return ids.mul(kept).add(toMask.mul(TOKENS.mask)).add(toOther.mul(others)).reshape(x.shape);
}

/** Rows of x [n, t, c] at places [n, k]: [n k, c]. */
function at<T extends tf.Tensor>(x: T, places: tf.Tensor2D): tf.Tensor2D {
  const [count = 0, length = 0, width = 1] = x.shape;
  const first = Int32Array.from({ length: count }, (_, row) => row * length);
  const flat = places
    .toInt()
    .add(tf.tensor2d(first, [count, 1], 'int32'))
    .reshape([-1]);
  return tf.gather(x.reshape([-1, width]) as tf.Tensor2D, flat as tf.Tensor1D);
}

/** The authors' head: a layer with GELU and a norm, then the tokens' own embeddings as weights, and a bias per token. */
function headOf({ width, vocabulary }: TokenEncoder): Network {
  return {
    dim: vocabulary,
    init: (rng) =>
      allTrainable({
        ...prefixed(denseInit(rng, width, width), 'dense'),
        ...prefixed(layerNormInit(width), 'norm'),
        bias: constantValues([vocabulary], 0),
      }),
    apply: (tensors, x) => ({
      y: layerNorm(within(tensors, 'norm'), gelu(dense(within(tensors, 'dense'), x))),
      updates: {},
    }),
  };
}

function logitsOf(head: Network, tokens: TokenEncoder, tensors: Tensors, h: tf.Tensor2D): tf.Tensor2D {
  const embeddings = tensors[`encoder/${tokens.embeddings}`] as tf.Tensor2D;
  const y = head.apply(within(tensors, 'head'), h, true).y as tf.Tensor2D;
  return tf.matMul(y, embeddings, false, true).add(tensors['head/bias'] as tf.Tensor1D);
}

function build(given: Given, { encoder, shape, batchSize }: BuildContext): BuiltMethod {
  const { tokens } = encoder;
  if (!tokens) throw noTokens();
  if (given.masked + given.random > 1) throw tooMuch(given);
  const [head, length] = [headOf(tokens), shape[0]];
  return {
    networks: { encoder, head },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    draw(rng) {
      const numbers = (value: () => number) =>
        ({
          shape: [batchSize, length],
          dtype: 'float32',
          data: Float32Array.from({ length: batchSize * length }, value),
        }) as const;
      return {
        chance: numbers(() => rng.uniform()),
        fate: numbers(() => rng.uniform()),
        others: numbers(() => FIRST_TOKEN + rng.below(tokens.vocabulary - FIRST_TOKEN)),
      };
    },
    loss(tensors, { views, drawn }) {
      const x = views[0] as tf.Tensor4D;
      const chosen = chooseTokens(x, drawn['chance'] as tf.Tensor2D, given.rate);
      const hidden = hideTokens(
        x,
        chosen,
        drawn['fate'] as tf.Tensor2D,
        drawn['others'] as tf.Tensor2D,
        given,
      );
      const h = tokens.encode(within(tensors, 'encoder'), hidden);
      const logits = logitsOf(head, tokens, tensors, at(h, chosen.places)); // [n k, vocabulary]
      const truth = at(x.reshape([batchSize, length, 1]), chosen.places)
        .round()
        .toInt()
        .reshape([-1]);
      const weights = chosen.weights.reshape([-1]);
      const oneHot = tf.oneHot(truth as tf.Tensor1D, tokens.vocabulary).toFloat();
      const each = tf.logSoftmax(logits).mul(oneHot).sum(1).neg();
      const total = weights.sum().maximum(1);
      const right = logits.argMax(1).equal(truth).toFloat().mul(weights).sum().div(total);
      return {
        loss: each.mul(weights).sum().div(total) as tf.Scalar,
        metrics: { pretextAccuracy: right },
        updates: {},
      };
    },
  };
}

function noTokens(): AppError {
  return new AppError({
    code: 'invalidConfig',
    message:
      'Method maskedTokens asks for single tokens, but this encoder makes one representation of a whole text.',
    hint: 'Set encoder.id to textTransformer.',
  });
}

function tooMuch({ masked, random }: Given): AppError {
  return new AppError({
    code: 'invalidConfig',
    message: `method.params.masked is ${masked} and method.params.random is ${random}, which is more than all of the chosen tokens.`,
    hint: 'Choose them so that their sum is at most 1.',
  });
}

/**
 * Hides some tokens of a text and tells them from the others. Deviations: exactly the rounded share of every text's own tokens, pieces of
 * words apart from each other; no next-sentence task.
 */
export const maskedTokens: SslMethod = {
  id: 'maskedTokens',
  title: 'Masked tokens',
  family: 'Pretext task',
  hint: 'BERT',
  summary: 'Learns by telling which pieces of words were hidden in a text.',
  reference: {
    paper:
      'Devlin, Chang, Lee, Toutanova: BERT: pre-training of deep bidirectional transformers for language understanding, NAACL 2019',
    url: 'https://arxiv.org/abs/1810.04805',
    code: 'https://github.com/google-research/bert',
  },
  modalities: ['text'],
  usesLabels: false,
  params,
  views: [],
  build: (given, context) => build(given as Given, context),
};
