import type { Schedule } from '../schedule.ts';

/** The same learning rate throughout. */
export const constant: Schedule = {
  id: 'constant',
  title: 'Constant',
  summary: 'The highest learning rate at every step.',
  reference: {
    paper: 'Robbins, Monro: A stochastic approximation method, Annals of Mathematical Statistics 1951',
    url: 'https://doi.org/10.1214/aoms/1177729586',
    code: '',
  },
  params: {},
  factor: () => 1,
};
