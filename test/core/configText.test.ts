import { describe, expect, it } from 'vitest';
import { configToYaml, parseConfigText, readConfigText, withSettings } from '../../main/core/configText.ts';
import { float, int } from '../../main/core/params.ts';
import { defaultConfig, type ConfigContext } from '../../main/core/runConfig.ts';
import type { Catalog, CatalogEntry, DatasetRow } from '../../preload/contract/vocabulary.ts';
import { AppError } from '../../preload/contract/errors.ts';

const entry = (id: string, params: CatalogEntry['params'] = {}): CatalogEntry => ({
  id,
  title: id,
  summary: '',
  params,
});
const catalog: Catalog = {
  methods: [
    {
      ...entry('simclr', { temperature: float(0.5, { min: 0.01, max: 10, doc: 'Temperature.' }) }),
      family: 'contrastive', reference: { paper: '', url: '', code: '' }, modalities: ['image'], hint: '', usesLabels: false, defaultViews: [],
    }, // prettier-ignore
  ],
  views: [{ ...entry('noise', { width: int(3, { min: 1, max: 9, doc: 'Width.' }) }), modalities: ['image'] }],
  encoders: [{ ...entry('smallCnn'), modalities: ['image'] }],
  optimizers: [entry('sgd')],
  schedules: [entry('cosine')],
  metrics: [],
  disparities: [],
  readers: [],
  engines: [{ id: 'onnx', title: '', summary: '' }],
  reportFormats: [],
};
const dataset = {
  id: 'ds-1', name: 'digits', modality: 'image', primaryTarget: 'label', sensitive: [],
  targets: [{ name: 'label', classes: ['no', 'yes'], counts: [5, 5] }],
} as unknown as DatasetRow; // prettier-ignore
const context: ConfigContext = {
  catalog,
  dataset: (id) => (id === 'digits' || id === 'ds-1' ? dataset : null),
};

const refusal = (text: string): unknown => {
  try {
    return parseConfigText(text, context);
  } catch (cause) {
    return cause instanceof AppError ? [cause.code, cause.message] : cause;
  }
};

describe('config as text', () => {
  it('reads back what it wrote', () => {
    const config = defaultConfig('ds-1', 'simclr', context);
    expect(parseConfigText(configToYaml(config), context)).toEqual(config);
  });

  it('reads JSON too', () => {
    expect(parseConfigText('{"dataset": "digits", "method": {"id": "simclr"}}', context)).toEqual(
      defaultConfig('ds-1', 'simclr', context),
    );
  });

  it.each([
    [
      'dataset: digits\nmethod: simclr\nepochs: 0\n',
      'line 3: config.epochs is 0, but must be a whole number from 1 to 100000.',
    ],
    [
      'dataset: digits\nmethod:\n  id: simclr\n  params:\n    temperature: 99\n',
      'line 5: method.params.temperature is 99, but must be a number from 0.01 to 10.',
    ],
    [
      'dataset: digits\nmethod:\n  id: simclr\n  params:\n    # comment\n    temprature: 1\n',
      'line 6: Unknown key method.params.temprature.',
    ],
    [
      'dataset: digits\nmethod: simclr\nviews:\n  - noise\n  - id: noise\n    params:\n      width: 10\n',
      'line 7: views.1.params.width is 10, but must be a whole number from 1 to 9.',
    ],
    [
      '\n\ndataset: digitz\nmethod: simclr\n',
      'line 3: dataset is "digitz", and no data set of that id or name is in this workspace.',
    ],
    ['dataset: digits\n\nbatchsize: 5\nmethod: simclr\n', 'line 3: Unknown key config.batchsize.'],
    ['method: simclr\n', 'dataset is missing, and no data set of that id or name is in this workspace.'],
    [
      'dataset: digits\nmethod: [simclr\n',
      'line 3: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
    ['dataset: digits\ndataset: other\n', 'line 2: Map keys must be unique.'],
  ])('says where %j is wrong', (text, message) => {
    expect(refusal(text)).toEqual(['invalidConfig', message]);
  });

  it('takes a list of seeds out', () => {
    expect(readConfigText('dataset: d\nseeds: [1, 2]\n')).toEqual({
      config: { dataset: 'd' },
      seeds: [1, 2],
    });
    expect(() => readConfigText('seeds: [1, -2]')).toThrow(
      'seeds is [1,-2], but must be a list of whole numbers from 0.',
    );
  });

  it('refuses a bomb of aliases', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map(
        (name, i) =>
          `${name}: &${name} [${Array(9)
            .fill(`*${'abcdefgh'[i] ?? ''}`)
            .join(',')}]`,
      ),
    ];
    expect(() => readConfigText(bomb.join('\n'))).toThrow('The config cannot be read: Excessive alias count');
  });

  it('writes settings into the text, deep ones too, and keeps comments', () => {
    const text = withSettings('# mine\ndataset: digits\nviews:\n  - id: noise # why\n', [
      'epochs=3',
      'views.0.params.width=5',
      'method={id: simclr}',
      'dataset=other',
    ]);
    expect(readConfigText(text).config).toEqual({
      dataset: 'other',
      epochs: 3,
      method: { id: 'simclr' },
      views: [{ id: 'noise', params: { width: 5 } }],
    });
    expect(text).toContain('# mine');
    expect(text).toContain('# why');
  });

  it('refuses a setting that is none', () => {
    expect(() => withSettings('a: 1', ['epochs'])).toThrow('The setting "epochs" is not key=value.');
  });
});
