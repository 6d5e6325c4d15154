import { float, type ParamsOf } from '../../core/params.ts';
import type { Schedule } from '../schedule.ts';

const params = {
  warmupEpochs: float(0, {
    min: 0,
    max: 1000,
    unit: 'epochs',
    doc: 'Epochs of linear rise from 0 to the highest learning rate.',
  }),
  final: float(0, { min: 0, max: 1, doc: 'Share of the highest learning rate that is left at the end.' }),
} as const;

/** Linear warm-up, then half a cosine down to the final share. */
export const warmupCosine: Schedule = {
  id: 'warmupCosine',
  title: 'Warm-up and cosine',
  summary: 'Rises linearly, then falls along half a cosine; no restarts.',
  reference: {
    paper: 'Loshchilov, Hutter: SGDR: Stochastic gradient descent with warm restarts, ICLR 2017',
    url: 'https://arxiv.org/abs/1608.03983',
    code: 'https://github.com/loshchil/SGDR',
  },
  params,
  factor(given, step, totalSteps, stepsPerEpoch) {
    const { warmupEpochs, final } = given as ParamsOf<typeof params>;
    const warmup = Math.min(Math.round(warmupEpochs * stepsPerEpoch), totalSteps);
    if (step < warmup) return (step + 1) / warmup;
    const progress = (step - warmup) / Math.max(1, totalSteps - warmup);
    return final + ((1 - final) * (1 + Math.cos(Math.PI * Math.min(1, progress)))) / 2;
  },
};
