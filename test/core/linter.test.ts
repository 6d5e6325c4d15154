import { describe, expect, it } from 'vitest';
import { lint } from '../../main/core/linter.ts';
import type { Catalog, DatasetRow, Finding, RunConfig } from '../../preload/contract/vocabulary.ts';

const method = (id: string, family: string, usesLabels = false): unknown => ({ id, family, usesLabels });
const catalog = {
  methods: [
    method('simclr', 'contrastive'),
    method('rotation', 'predictive'),
    method('supervised', 'supervised', true),
  ],
  views: [
    { id: 'grayscale', title: 'Grayscale' },
    { id: 'colourJitter', title: 'Colour jitter' },
    { id: 'resizedCrop', title: 'Resized crop' },
  ],
} as unknown as Catalog;

interface Change {
  readonly method?: string;
  readonly temperature?: number;
  readonly views?: readonly (readonly [string, Readonly<Record<string, unknown>>] | readonly [string])[];
  readonly off?: boolean;
  readonly batchSize?: number;
  readonly maxSamples?: number;
  readonly bankSize?: number;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly encoder?: string;
  readonly optimizer?: string;
  readonly features?: readonly string[];
}

const GOOD_VIEWS = [['resizedCrop', { scale: [0.2, 1] }], ['brighten']] as const;

const configOf = (change: Change): RunConfig =>
  ({
    method: {
      id: change.method ?? 'simclr',
      params: { temperature: change.temperature ?? 0.5, ...change.params },
    },
    encoder: { id: change.encoder ?? 'smallCnn', params: {} },
    optimizer: { id: change.optimizer ?? 'sgdMomentum', params: {} },
    views: (change.views ?? GOOD_VIEWS).map(([id, params = {}]) => ({
      id,
      params,
      enabled: change.off !== true,
    })),
    batchSize: change.batchSize ?? 128,
    maxSamples: change.maxSamples ?? 0,
    monitor: { everyEpochs: 1, bankSize: change.bankSize ?? 2048 },
    audit: { features: change.features ?? ['sex'], primary: null },
  }) as unknown as RunConfig;

const datasetOf = (
  change: {
    feature?: string;
    counts?: readonly number[];
    channels?: number;
    classes?: readonly string[];
    pretrain?: number;
    transductive?: true;
    modality?: string;
  } = {},
): DatasetRow =>
  ({
    name: 'faces',
    modality: change.modality ?? 'image',
    shape: [28, 28, change.channels ?? 1],
    targets: [{ name: 'label', classes: change.classes ?? ['cat', 'dog'], counts: [] }],
    sensitive: [
      {
        name: change.feature ?? 'sex',
        source: 'annotated',
        values: ['a', 'b', 'unknown'],
        counts: change.counts ?? [500, 500, 1],
      },
    ],
    ...(change.transductive === true ? { transductive: true } : {}),
    splits: { pretrain: change.pretrain ?? 10_000, probeTrain: 1000, validation: 3000, audit: 1000 },
  }) as unknown as DatasetRow;

const brief = (findings: readonly Finding[]): string[] =>
  findings.map(({ severity, path, title }) => `${severity} ${path}: ${title}`);

describe('linter', () => {
  it('has nothing to say about a sound config', () => {
    expect(lint(configOf({}), datasetOf(), catalog)).toEqual([]);
  });

  it.each<[string, Change, Parameters<typeof datasetOf>[0], string[]]>([
    [
      'colour is the sensitive feature and a view removes it',
      { views: [...GOOD_VIEWS, ['grayscale'], ['colourJitter']], features: ['colour'] },
      { feature: 'colour', channels: 3 },
      ['warning views.2: Grayscale and colour jitter remove colour'],
    ],
    [
      'one view removes the colour that is sensitive',
      { views: [...GOOD_VIEWS, ['colourJitter']], features: ['colour'] },
      { feature: 'colour', channels: 3 },
      ['warning views.2: Colour jitter removes colour'],
    ],
    [
      'a table has no view at all; rules of pictures are silent',
      { views: [] },
      { modality: 'table', channels: 3 },
      ['warning views: The views are the same'],
    ],
    [
      'pretraining was declared transductive',
      {},
      { transductive: true },
      ['info dataset: Transductive pretraining'],
    ],
    [
      'pretraining was declared transductive, and the method uses labels',
      { method: 'supervised' },
      { transductive: true },
      ['error method: Labels of the audit split would be learnt'],
    ],
    ['nothing changes colour', {}, { channels: 3 }, ['warning views: Colour is a shortcut']],
    [
      'nothing changes colour, but the method does not compare views',
      { method: 'rotation' },
      { channels: 3 },
      [],
    ],
    ['views are switched off', { off: true }, {}, ['warning views: The views are nearly the same image']],
    [
      'crops are tiny',
      { views: [['resizedCrop', { scale: [0.08, 1] }]] },
      {},
      ['warning views.0.params.scale: Crops lose the object'],
    ],
    [
      'digits are mirrored',
      { views: [...GOOD_VIEWS, ['horizontalFlip']] },
      { classes: ['0', '1', '2'] },
      ['warning views.2: Mirrored writing'],
    ],
    ['faces are mirrored', { views: [...GOOD_VIEWS, ['horizontalFlip']] }, {}, []],
    [
      'rotation is predicted from slightly turned images',
      { method: 'rotation', views: [['rotation', { degrees: 10 }]] },
      {},
      ['warning views.0: The view undoes the task'],
    ],
    [
      'rotation is predicted from freely turned images',
      { method: 'rotation', views: [['rotation', { degrees: 180 }]] },
      {},
      ['error views.0: The view undoes the task'],
    ],
    ['the batch is small for SimCLR', { batchSize: 32 }, {}, ['warning batchSize: Few negatives']],
    ['the batch is small for another method', { method: 'supervised', batchSize: 32 }, {}, []],
    [
      'the batch is small for Barlow Twins',
      { method: 'barlowTwins', batchSize: 32 },
      {},
      ['warning batchSize: Noisy correlations'],
    ],
    [
      'the batch is small for VICReg',
      { method: 'vicreg', batchSize: 63 },
      {},
      ['warning batchSize: Noisy covariances'],
    ],
    ['the batch is large enough for VICReg', { method: 'vicreg', batchSize: 64 }, {}, []],
    ['the batch is small for a queue of negatives', { method: 'moco', batchSize: 32 }, {}, []],
    [
      'SwAV has more prototypes than a batch can share',
      { method: 'swav', params: { prototypes: 512 } },
      {},
      ['warning batchSize: More prototypes than samples can share'],
    ],
    ['SwAV has prototypes for its batch', { method: 'swav', params: { prototypes: 384 } }, {}, []],
    [
      'a transformer is trained with SGD',
      { method: 'mae', encoder: 'vit' },
      {},
      ['info optimizer: Unusual optimiser'],
    ],
    ['a transformer is trained with AdamW', { method: 'mae', encoder: 'vit', optimizer: 'adamW' }, {}, []],
    ['a GAN is trained with SGD', { method: 'gan' }, {}, ['info optimizer: Unusual optimiser']],
    [
      'the tiles of a puzzle touch, in colour',
      { method: 'jigsaw', params: { gap: 0 } },
      { channels: 3 },
      ['warning method.params.gap: Tiles share their edges', 'warning views: Colour gives places away'],
    ],
    [
      'the tiles of a puzzle are apart and their colours change',
      { method: 'jigsaw', params: { gap: 2 }, views: [['grayscale']] },
      { channels: 3 },
      [],
    ],
    [
      'the temperature is very low',
      { temperature: 0.02 },
      {},
      ['warning method.params.temperature: Very low temperature'],
    ],
    ['the temperature is high', { temperature: 3 }, {}, ['info method.params.temperature: High temperature']],
    ['no feature is audited', { features: [] }, {}, ['warning audit.features: No audit feature']],
    ['a group is small', {}, { counts: [980, 20, 0] }, ['warning audit.features: Small group']],
    ['only the unknown are few', {}, { counts: [500, 480, 3] }, []],
    ['there is less than a batch', { maxSamples: 100 }, {}, ['error maxSamples: Less than one batch']],
    ['the split is less than a batch', {}, { pretrain: 90 }, ['error batchSize: Less than one batch']],
    ['there are few steps', { maxSamples: 640 }, {}, ['info maxSamples: Very few steps']],
    ['the bank is small', { bankSize: 256 }, {}, ['info monitor.bankSize: Small bank']],
  ])('%s', (_when, change, dataset, expected) => {
    expect(brief(lint(configOf(change), datasetOf(dataset), catalog))).toEqual(expected);
  });
});
