import type * as tf from '@tensorflow/tfjs';
import { prefixed, within } from '../layers/names.ts';
import { untrained } from '../layers/untrained.ts';
import { EVERY_MODALITY } from '../views/presets.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';

function build({ encoder }: BuildContext): BuiltMethod {
  const fixed = untrained(encoder);
  return {
    networks: { encoder: fixed },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    loss(params, { views }) {
      const { y: h, updates } = fixed.apply(within(params, 'encoder'), views[0] as tf.Tensor4D, true);
      return { loss: h.square().mean() as tf.Scalar, metrics: {}, updates: prefixed(updates, 'encoder') };
    },
  };
}

/**
 * The untrained anchor: random weights that nothing moves, while the running statistics of batch norm come to be those of the data. Without that
 * the comparison would be with a network whose activations drift from layer to layer. The loss is the mean square of h: watched, not lowered.
 */
export const randomEncoder: SslMethod = {
  id: 'randomEncoder',
  title: 'Random encoder',
  family: 'Baseline',
  hint: 'untrained weights',
  summary:
    'Keeps its random weights and only lets batch norm see the data: what an architecture gives for nothing, as the floor of every comparison.',
  reference: {
    paper:
      'Saxe, Koh, Chen, Bhand, Suresh, Ng: On random weights and unsupervised feature learning, ICML 2011 (features of untrained networks); Li, Wang, Shi, Liu, Hou: Revisiting batch normalization for practical domain adaptation, arXiv 1603.04779 (statistics of the data at hand)',
    url: 'https://arxiv.org/abs/1603.04779',
    code: '',
  },
  modalities: EVERY_MODALITY,
  usesLabels: false,
  baseline: 'randomEncoder',
  params: {},
  views: [],
  build: (_params, context) => build(context),
};
