import type { CallArgs } from '../../../preload/contract/calls.ts';
import type { DatasetId, PrimaryMetric, TourPart } from '../../../preload/contract/vocabulary.ts';
import { DEFAULT_METRICS } from '../../fairness/metricCatalog.ts';

/** Declared before anything is trained. */
export const TOUR_PRIMARY = {
  metric: 'accuracy',
  feature: 'alignment',
  group: 'aligned',
  reference: 'conflicting',
} as const satisfies PrimaryMetric;

/** Digits whose colour follows the label in the training splits nearly always, and never in the audit split. */
export const TOUR_IMPORT: CallArgs<'datasets.import'> = {
  path: 'builtin:coloured-digits',
  reader: null,
  options: { name: 'Coloured digits', correlation: 0.95, limit: 12_000, seed: 1 },
};

/** Small enough for two cores: minutes, not hours. */
const SIZES = {
  encoder: { id: 'smallCnn', params: { width: 16 } },
  epochs: 3,
  maxSamples: 2500,
  batchSize: 64,
  optimizer: { id: 'sgdMomentum', params: { learningRate: 0.12 } },
  monitor: { everyEpochs: 1, bankSize: 512 },
  checkpoint: { everyEpochs: 1 },
  evaluate: { knn: { everyEpochs: 1 }, linear: { epochs: 30 } },
};

const CROP = { id: 'resizedCrop', params: { scale: [0.5, 1] } };
/** The low temperature is what lets so few steps learn shape besides colour. */
const SIMCLR = { id: 'simclr', params: { temperature: 0.2, projectorNorm: true } };

interface Part {
  readonly part: TourPart;
  readonly name: string;
  readonly method: unknown;
  readonly views: readonly unknown[];
}

/** The runs in the order of the audit: each differs from the first in one thing. */
export const TOUR_PARTS: readonly Part[] = [
  { part: 'kept', name: 'Tour: SimCLR, colours kept', method: SIMCLR, views: [CROP] },
  {
    part: 'changed',
    name: 'Tour: SimCLR, colours changed',
    method: SIMCLR,
    views: [CROP, { id: 'colourJitter' }, { id: 'grayscale' }],
  },
  { part: 'twin', name: 'Tour: supervised twin, colours kept', method: 'supervised', views: [CROP] },
];

/** The config of one of the tour's runs, as a user would write it. */
export function tourConfig({ method, views }: Part, dataset: DatasetId): unknown {
  const audit = { features: ['alignment', 'colour'], primary: TOUR_PRIMARY };
  return { ...SIZES, dataset, method, views, seed: 1, audit };
}

/** How they are assessed: the same for each of them. */
export const TOUR_AUDIT: Pick<CallArgs<'audits.create'>, 'name' | 'options'> = {
  name: 'Tour: does colour decide?',
  options: {
    features: ['alignment', 'colour'],
    intersections: false,
    metrics: [...DEFAULT_METRICS],
    primary: TOUR_PRIMARY,
    split: 'audit',
    threshold: 0.5,
    positive: 'five or more',
    draws: 2000,
    seed: 0,
  },
};
