import { AppError } from '../../../preload/contract/errors.ts';
import { float, type ParamsOf } from '../../core/params.ts';
import type { Optimizer } from '../optimizer.ts';

const params = {
  learningRate: float(1e-3, { min: 1e-7, max: 10, log: true, doc: 'Highest learning rate.' }),
  beta1: float(0.9, { min: 0, max: 0.9999, doc: 'Memory of the mean of gradients.' }),
  beta2: float(0.999, { min: 0, max: 0.99999, doc: 'Memory of the mean of squared gradients.' }),
  epsilon: float(1e-8, { min: 1e-12, max: 1e-2, log: true, doc: 'Keeps the division finite.' }),
  weightDecay: float(1e-2, {
    min: 0,
    max: 1,
    doc: 'Shrinks weights by learning rate times this, apart from the gradient.',
  }),
} as const;

/** Adam with decoupled weight decay and bias correction. */
export const adamW: Optimizer = {
  id: 'adamW',
  title: 'AdamW',
  summary: 'Steps scaled by each weight’s own gradient history; forgiving about the learning rate.',
  reference: {
    paper: 'Loshchilov, Hutter: Decoupled weight decay regularization, ICLR 2019',
    url: 'https://arxiv.org/abs/1711.05101',
    code: 'https://github.com/loshchil/AdamW-and-SGDW',
  },
  params,
  slots: ['first', 'second'],
  learningRate: (given) => (given as ParamsOf<typeof params>).learningRate,
  scalars(given, step) {
    const { beta1, beta2 } = given as ParamsOf<typeof params>;
    return { correction1: 1 / (1 - beta1 ** step), correction2: 1 / (1 - beta2 ** step) };
  },
  update(given, { value, gradient, slots, learningRate, scalars, decay }) {
    const { beta1, beta2, epsilon, weightDecay } = given as ParamsOf<typeof params>;
    const { first, second } = slots;
    const { correction1, correction2 } = scalars;
    if (!first || !second || !correction1 || !correction2)
      throw new AppError({ code: 'internal', message: 'AdamW was called without its memory.' });
    const m = first.mul(beta1).add(gradient.mul(1 - beta1));
    const v = second.mul(beta2).add(gradient.square().mul(1 - beta2));
    const step = m.mul(correction1).div(v.mul(correction2).sqrt().add(epsilon));
    const direction = decay && weightDecay > 0 ? step.add(value.mul(weightDecay)) : step;
    return { value: value.sub(direction.mul(learningRate)), slots: { first: m, second: v } };
  },
};
