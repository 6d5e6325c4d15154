import { bool, float, type ParamsOf } from '../../core/params.ts';
import type { Optimizer } from '../optimizer.ts';

const params = {
  learningRate: float(0.06, {
    min: 1e-6,
    max: 100,
    log: true,
    doc: 'Highest learning rate; 0.06 per 128 samples is the small-image recipe.',
  }),
  momentum: float(0.9, { min: 0, max: 0.999, doc: 'Share of the last update that is kept.' }),
  weightDecay: float(5e-4, { min: 0, max: 1, doc: 'Added to the gradient as this times the weight.' }),
  nesterov: bool(false, 'Look ahead along the momentum before stepping.'),
} as const;

/** Stochastic gradient descent with momentum and coupled weight decay, as in PyTorch (dampening 0). */
export const sgdMomentum: Optimizer = {
  id: 'sgdMomentum',
  title: 'SGD with momentum',
  summary: 'Steps along a running sum of gradients; the usual choice for convolutional networks.',
  reference: {
    paper:
      'Sutskever, Martens, Dahl, Hinton: On the importance of initialization and momentum in deep learning, ICML 2013',
    url: 'https://proceedings.mlr.press/v28/sutskever13.html',
    code: 'https://pytorch.org/docs/stable/generated/torch.optim.SGD.html',
  },
  params,
  slots: ['momentum'],
  learningRate: (given) => (given as ParamsOf<typeof params>).learningRate,
  scalars: () => ({}),
  update(given, { value, gradient, slots, learningRate, decay }) {
    const { momentum, weightDecay, nesterov } = given as ParamsOf<typeof params>;
    const g = decay && weightDecay > 0 ? gradient.add(value.mul(weightDecay)) : gradient;
    const buffer = slots['momentum'] ? slots['momentum'].mul(momentum).add(g) : g;
    const direction = nesterov ? g.add(buffer.mul(momentum)) : buffer;
    return { value: value.sub(direction.mul(learningRate)), slots: { momentum: buffer } };
  },
};
