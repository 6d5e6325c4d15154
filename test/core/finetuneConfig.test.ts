import { describe, expect, it } from 'vitest';
import type { Catalog, Choice, FinetuneEntry } from '../../preload/contract/vocabulary.ts';
import { engineCatalog } from '../../main/api/catalog.generated.ts';
import { parseFinetune } from '../../main/core/finetuneConfig.ts';
import { valueAt, withValueAt } from '../../main/core/knob.ts';

const catalog = { ...engineCatalog, metrics: [], disparities: [], readers: [], reportFormats: [] } as Catalog;
const strategyOf = (_entries: readonly FinetuneEntry[], given: unknown): Choice => given as Choice;
const from = { run: 'r', checkpoint: 'c' };

function parsed(
  plain: Readonly<Record<string, unknown>>,
  encoder: Choice = { id: 'resnet9', params: { norm: 'batch' } },
  method = 'supervised',
) {
  return parseFinetune(plain, { method: { id: method, params: {} }, encoder }, catalog, strategyOf);
}
const strategy = (id: string): Choice => ({ id, params: {} });

describe('the part finetune of a config', () => {
  it('is completed', () => {
    expect(parsed({ from, strategy: strategy('linear') })).toEqual({
      from,
      strategy: strategy('linear'),
      labelFraction: 1,
    });
    expect(parsed({ strategy: strategy('scratch'), labelFraction: 0.01 })).toMatchObject({
      from: null,
      labelFraction: 0.01,
    });
  });
  it.each([
    [{ from, strategy: strategy('linear') }, undefined, 'simclr', 'finetune learns from labels, but method.id is simclr.'],
    [{ strategy: strategy('full') }, undefined, undefined, 'finetune.from is null, but must name a run and one of its checkpoints.'],
    [{ from: { run: 'r' }, strategy: strategy('full') }, undefined, undefined, 'finetune.from is {"run":"r"}, but must name a run and one of its checkpoints.'],
    [{ from, strategy: strategy('scratch') }, undefined, undefined, 'finetune.from is given, but the strategy scratch starts from random weights.'],
    [{ from, strategy: strategy('linear'), labelfraction: 1 }, undefined, undefined, 'Unknown key finetune.labelfraction.'],
    [{ from: { ...from, at: 1 }, strategy: strategy('linear') }, undefined, undefined, 'Unknown key finetune.from.at.'],
    [{ from, strategy: strategy('linear'), labelFraction: 0 }, undefined, undefined, 'finetune.labelFraction is 0, but must be a number from 0.001 to 1.'],
    [{ from, strategy: strategy('batchNormAffine') }, { id: 'resnet9', params: { norm: 'group' } }, undefined, 'finetune.strategy.id is batchNormAffine, but the encoder resnet9 has group norm and with it no running statistics of batch norm to tune.'],
    [{ from, strategy: strategy('batchNormStatistics') }, { id: 'vit', params: {} }, undefined, 'finetune.strategy.id is batchNormStatistics, but the encoder vit has no running statistics of batch norm to tune.'],
    [{ from, strategy: strategy('batchNormDownsample') }, { id: 'smallCnn', params: {} }, undefined, 'finetune.strategy.id is batchNormDownsample, but the encoder smallCnn has no downsampling convolutions beside residual blocks.'],
  ] as const)('refuses %j', (plain, encoder, method, message) => {
    expect(() => parsed(plain, encoder, method)).toThrow(message);
  }); // prettier-ignore
});

describe('a setting by its path', () => {
  const config = {
    views: [{ id: 'crop', params: { scale: [0.2, 1] } }],
    method: { params: { temperature: 0.5 } },
  };
  it('is found by place or by id, and replaced without touching the rest', () => {
    expect(valueAt(config, 'views.crop.params.scale.0')).toBe(0.2);
    expect(valueAt(config, 'views.0.params.scale.1')).toBe(1);
    expect(withValueAt(config, 'views.crop.params.scale.0', 0.6)).toEqual({
      ...config,
      views: [{ id: 'crop', params: { scale: [0.6, 1] } }],
    });
    expect(config.views[0]?.params.scale[0]).toBe(0.2);
  });
  it('is refused where nothing stands', () => {
    expect(valueAt(config, 'views.blur.params.p')).toBeUndefined();
    expect(valueAt(config, 'method.constructor')).toBeUndefined();
    expect(() => withValueAt(config, 'views.blur.params.p', 1)).toThrow(
      'The config has nothing under views.blur.params.p.',
    );
  });
});
