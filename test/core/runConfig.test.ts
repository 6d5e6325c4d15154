import { describe, expect, it } from 'vitest';
import { float } from '../../main/core/params.ts';
import { configHash, defaultConfig, parseConfig, type ConfigContext } from '../../main/core/runConfig.ts';
import type { Catalog, CatalogEntry, DatasetRow } from '../../preload/contract/vocabulary.ts';

const entry = (id: string): CatalogEntry => ({
  id,
  title: id,
  summary: '',
  params: { rate: float(0.5, { min: 0, max: 1, doc: 'Rate.' }) },
});
const reference = { paper: '', url: '', code: '' };
const catalog: Catalog = {
  methods: [
    {
      ...entry('simclr'),
      family: 'contrastive',
      reference,
      modalities: ['image'],
      hint: '',
      usesLabels: false,
      viewCount: 2,
      defaultViews: [{ id: 'flip', params: {}, enabled: true }],
    },
    {
      ...entry('mae'),
      family: 'reconstruction',
      reference,
      modalities: ['image'],
      hint: '',
      usesLabels: false,
      viewCount: 1,
      needs: 'patches',
      defaultViews: [],
    },
  ],
  views: [
    { ...entry('flip'), modalities: ['image'] },
    { ...entry('noise'), modalities: ['image'] },
    { ...entry('mask'), modalities: ['table'] },
  ],
  encoders: [
    { ...entry('smallCnn'), modalities: ['image'] },
    { ...entry('mlp'), modalities: ['table'] },
    {
      ...entry('vit'),
      modalities: ['image'],
      traits: { batchNorm: false, downsampling: false, patches: true },
    },
  ],
  optimizers: [entry('sgd'), entry('adamW')],
  schedules: [entry('cosine')],
  metrics: [{ id: 'accuracy', title: 'Accuracy', summary: '', higherIsBetter: true }],
  disparities: [],
  readers: [],
  engines: [
    { id: 'onnx', title: '', summary: '' },
    { id: 'cpu', title: '', summary: '' },
  ],
  reportFormats: [],
};
const dataset = {
  id: 'ds-1',
  name: 'digits',
  modality: 'image',
  primaryTarget: 'label',
  targets: [
    { name: 'label', classes: ['no', 'yes'], counts: [5, 5] },
    { name: 'digit', classes: ['0', '1', '2'], counts: [3, 3, 4] },
  ],
  sensitive: [{ name: 'colour', source: 'synthetic', values: ['red', 'blue', 'unknown'], counts: [5, 5, 0] }],
} as unknown as DatasetRow;
const people: DatasetRow = { ...dataset, id: 'people', name: 'people', modality: 'table' };
const context: ConfigContext = {
  catalog,
  dataset: (id) => (id === 'people' ? people : id === 'ds-1' || id === 'digits' ? dataset : null),
};
const base = { dataset: 'ds-1', method: 'simclr' };

describe('run config', () => {
  it('is complete with every default, and the same however it is written', () => {
    const config = defaultConfig('ds-1', 'simclr', context);
    expect(config).toMatchObject({
      dataset: 'ds-1',
      target: 'label',
      method: { id: 'simclr', params: { rate: 0.5 } },
      views: [{ id: 'flip', params: { rate: 0.5 }, enabled: true }],
      encoder: { id: 'smallCnn' },
      batchSize: 128,
      evaluate: { knn: { k: 20, target: 'digit' } },
      audit: { features: ['colour'], primary: null },
    });
    expect(parseConfig(JSON.parse(JSON.stringify(config)), context)).toEqual(config);
    const byName = parseConfig(
      { dataset: 'digits', method: { id: 'simclr', params: { rate: 0.5 } }, seed: 1 },
      context,
    );
    expect(configHash(byName)).toBe(configHash(config));
  });

  it('takes the number of views that the method has, and for patches an encoder that has them', () => {
    expect(parseConfig({ ...base, viewCount: 2 }, context)).toEqual(parseConfig(base, context));
    expect(parseConfig({ ...base, method: 'mae' }, context).encoder.id).toBe('vit');
  });

  it('changes its identity with any value', () => {
    expect(configHash(parseConfig({ ...base, seed: 2 }, context))).not.toBe(
      configHash(parseConfig(base, context)),
    );
  });

  it.each<[Record<string, unknown>, string, string]>([
    [
      { ...base, method: 'mae', viewCount: 2 },
      'viewCount is 2, but the number of views of each sample that method mae takes is 1.',
      'Leave viewCount out, or choose one of simclr.',
    ],
    [
      { ...base, method: 'mae', viewCount: 3 },
      'viewCount is 3, but the number of views of each sample that method mae takes is 1.',
      'Leave viewCount out.',
    ],
    [
      { ...base, method: 'mae', encoder: 'smallCnn' },
      'Method mae needs an encoder of patches, which encoder smallCnn is not.',
      'Choose one of vit.',
    ],
    [{ ...base, epocs: 3 }, 'Unknown key config.epocs.', 'Did you mean config.epochs?'],
    [
      { ...base, dataset: 'ds-2' },
      'dataset is "ds-2", and no data set of that id or name is in this workspace.',
      'List them with: pretext dataset list.',
    ],
    [
      { method: 'simclr' },
      'dataset is missing, and no data set of that id or name is in this workspace.',
      'List them',
    ],
    [
      { ...base, method: 'simcl' },
      'method.id is "simcl", but must be one of simclr, mae.',
      'Did you mean simclr?',
    ],
    [
      { dataset: 'ds-1' },
      'method.id is missing, but must be one of simclr, mae.',
      'Choose one of simclr, mae.',
    ],
    [{ ...base, batchSize: 2 }, 'config.batchSize is 2, but must be a whole number from 4 to 65536.', 'Set'],
    [{ ...base, views: 'flip' }, 'views is "flip", but must be a list.', 'Write views'],
    [
      { ...base, views: [{ id: 'flip' }, { id: 'nose' }] },
      'views.1.id is "nose", but must be one of flip, noise, mask.',
      'Did you mean noise?',
    ],
    [
      { ...base, views: [{ id: 'noise', params: { rate: 2 } }] },
      'views.0.params.rate is 2, but must be a number from 0 to 1.',
      'Set',
    ],
    [
      { ...base, views: [{ id: 'noise', enabled: 1 }] },
      'views.0.enabled is 1, but must be true or false.',
      'Set',
    ],
    [
      { ...base, views: [{ id: 'noise', parms: {} }] },
      'Unknown key views.0.parms.',
      'Did you mean views.0.params?',
    ],
    [
      { ...base, target: 'digt' },
      'target is "digt", but data set digits has the targets label, digit.',
      'Did you mean digit?',
    ],
    [
      { ...base, modality: 'series' },
      'modality is "series", but data set digits holds image data.',
      'Leave modality out.',
    ],
    [
      { ...base, dataset: 'people' },
      'Method simclr is for image data, but data set people holds table data.',
      'Choose a data set of image data.',
    ],
    [
      { ...base, encoder: 'mlp' },
      'Encoder mlp is for table data, but data set digits holds image data.',
      'For image data, choose one of smallCnn, vit.',
    ],
    [
      { ...base, views: ['flip', 'mask'] },
      'View mask is for table data, but data set digits holds image data.',
      'For image data, choose one of flip, noise.',
    ],
    [
      { ...base, engine: { id: 'gpu' } },
      'engine.id is "gpu", but must be one of onnx, cpu.',
      'Did you mean cpu?',
    ],
    [
      { ...base, engine: { threads: -1 } },
      'engine.threads is -1, but must be a whole number from 0 to 512.',
      'Set',
    ],
    [
      { ...base, evaluate: { knn: { k: 0 } } },
      'evaluate.knn.k is 0, but must be a whole number from 1 to 1000.',
      'Set',
    ],
    [{ ...base, evaluate: { cnn: {} } }, 'Unknown key evaluate.cnn.', 'Did you mean evaluate.knn?'],
    [
      { ...base, audit: { features: ['color'] } },
      'audit.features holds "color", but data set digits has the sensitive features colour.',
      'Did you mean colour?',
    ],
    [
      { ...base, audit: { primary: { metric: 'acuracy', feature: 'colour' } } },
      'audit.primary.metric is "acuracy", but must be one of accuracy.',
      'Did you mean accuracy?',
    ],
    [
      { ...base, audit: { primary: { metric: 'accuracy', feature: 'colour', group: 'red' } } },
      'audit.primary names only one of group and reference.',
      'Name both',
    ],
  ])('refuses %j', (given, message, hint) => {
    const refuse = (): unknown => parseConfig(given, context);
    expect(refuse).toThrow(
      expect.objectContaining({
        code: 'invalidConfig',
        message,
        hint: expect.stringContaining(hint) as string,
      }) as Error,
    );
  });
});
