import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunResults } from '../../preload/contract/vocabulary.ts';
import { valueAt } from '../../main/core/knob.ts';
import type { PretrainJob } from '../../main/runs/protocol.ts';
import { houses, type House } from './support/house.ts';

const PATIENCE = 60_000;
const KNOB = 'views.resizedCrop.params.scale.0';
const root = mkdtempSync(join(tmpdir(), 'pretext-sweeps-'));
const { houseIn, faults } = houses();
let house: House;
let dataset: string;
let jobs: readonly PretrainJob[] = [];

/** Accuracies that follow from level and seed: class 0 rises, class 1 falls, class 2 only differs between seeds. */
function results(job: PretrainJob): RunResults {
  jobs = [...jobs, job];
  const level = Number(valueAt(job.config, KNOB) ?? 0);
  const { seed, finetune } = job.config;
  const noise = 0.002 * Math.sin(100 * level + seed);
  const value = (slope: number): number => 0.5 + slope * level + 0.05 * seed + noise;
  const classes = [0.3, -0.3, 0].map((slope, code) => ({ class: String(code), n: 50, value: value(slope) }));
  const groups = [
    { feature: 'colour', group: 'red', n: 50, value: value(0.2) },
    { feature: 'colour', group: 'green', n: 40, value: value(-0.2) },
    { feature: 'colour', group: 'rare', n: 3, value: 0 },
  ];
  const linear = finetune?.strategy.id === 'linear';
  return {
    ...{ knnAccuracy: 0.5, linearAccuracy: 0.6, untrainedKnnAccuracy: 0.1, rawPixelKnnAccuracy: 0.2 },
    ...{ knnByGroup: groups, linearByGroup: [], knnByClass: classes, linearByClass: [] },
    ...{ batchNormMode: 'batch', parameters: 10 },
    ...(finetune === undefined
      ? {}
      : {
          finetune: {
            ...{ strategy: finetune.strategy.id, labelFraction: finetune.labelFraction, labels: 9 },
            ...{ accuracy: 0.8, byClass: [], trainedParameters: 5, totalParameters: 10, trainedShare: 0.5 },
            byGroup: groups.map((row) => ({
              ...row,
              value: row.value + (linear || row.group !== 'green' ? 0 : 0.03),
            })),
            ...{
              seconds: 3,
              encoderBefore: 'a',
              encoderAfter: 'a',
              statisticsBefore: null,
              statisticsAfter: null,
            },
          },
        }),
  };
}

beforeAll(async () => {
  house = await houseIn(join(root, 'workspace'), join(root, 'key'), results);
  dataset = await house.imported('builtin:coloured-digits', { limit: 700 });
}, PATIENCE);

afterAll(async () => {
  await house.services.shutdown('stop');
  rmSync(root, { recursive: true });
  expect(faults).toEqual([]);
});

async function finished(ids: readonly string[]): Promise<void> {
  for (const id of ids)
    while ((await house.ask('runs.get', { id })).status !== 'finished')
      await new Promise((resolve) => setTimeout(resolve, 5));
}

const base = (changes = {}) => ({
  dataset,
  method: { id: 'simclr' },
  batchSize: 8,
  maxSamples: 80,
  epochs: 1,
  ...changes,
});

describe('baselines beside a run', () => {
  it(
    'have everything but the method, and the random encoder no views',
    async () => {
      const ids = await house.ask('runs.launch', { config: base(), name: 'mine', baselines: ['supervised', 'randomEncoder'], seeds: [1, 2] }); // prettier-ignore
      await finished(ids);
      const runs = await Promise.all(ids.map((id) => house.ask('runs.get', { id })));
      expect(runs.map(({ name }) => name)).toEqual(['mine seed 1', 'mine seed 2', 'mine, supervised seed 1', 'mine, supervised seed 2', 'mine, randomEncoder seed 1', 'mine, randomEncoder seed 2']); // prettier-ignore
      const [own, , twin, , random] = runs.map(({ config }) => config);
      expect({ ...twin, method: own?.method }).toEqual(own);
      expect({ ...random, method: own?.method, views: own?.views }).toEqual(own);
      expect(random?.views).toEqual([]);
      await expect(house.ask('runs.launch', { config: base(), baselines: ['simclr'] })).rejects.toThrow(
        'invalidConfig: "simclr" is no baseline. Baselines: randomEncoder, supervised.',
      );
    },
    PATIENCE,
  );
});

describe('fine-tuning as a sweep', () => {
  it(
    'makes one run per strategy, share and seed, and none twice',
    async () => {
      const [source = ''] = await house.ask('runs.launch', {
        config: base({ encoder: { id: 'resnet9' } }),
        name: 'source',
      });
      await finished([source]);
      const asked = { run: source, strategies: ['linear', 'batchNormStatistics', 'scratch'], fractions: [0.1, 1], settings: ['epochs=3'] }; // prettier-ignore
      const { runs } = await house.ask('finetune.launch', asked);
      await finished(runs);
      expect(runs.length).toBe(6);
      expect((await house.ask('finetune.launch', asked)).runs).toEqual(runs);
      const checkpoint = (await house.ask('runs.get', { id: source })).checkpoints.at(-1)?.digest;
      const [tenth, , , , scratch] = await Promise.all(runs.map((id) => house.ask('runs.get', { id })));
      expect(tenth?.config).toMatchObject({
        method: { id: 'supervised' },
        views: [],
        epochs: 3,
        maxSamples: 0,
        finetune: { from: { run: source, checkpoint }, strategy: { id: 'linear' }, labelFraction: 0.1 },
      });
      expect(scratch?.config.finetune?.from).toBeNull();
      const sent = jobs.filter(({ config }) => config.finetune !== undefined);
      expect(sent.map(({ startFrom }) => startFrom?.digest)).toEqual([
        ...Array<unknown>(4).fill(checkpoint),
        undefined,
        undefined,
      ]);
      const rows = await house.ask('finetune.table', { run: source });
      const order = rows.map(({ strategy, labelFraction }) => `${strategy} ${labelFraction}`);
      expect(order).toEqual(['linear 0.1', 'linear 1', 'batchNormStatistics 0.1', 'batchNormStatistics 1', 'scratch 0.1', 'scratch 1']); // prettier-ignore
      // Groups of 30 and more: red .55, green .55 + .03; what is below 30 is left out.
      expect(rows.find(({ strategy }) => strategy === 'linear')).toMatchObject({
        worstGroupChange: 0,
        meanGapChange: 0,
      });
      const other = rows.find(({ strategy }) => strategy === 'batchNormStatistics');
      expect(other?.worstGroup).toBeCloseTo(
        rows.find(({ strategy }) => strategy === 'linear')?.worstGroup ?? NaN,
        10,
      );
      expect(other?.largestGap).toBeCloseTo(0.03, 10);
      expect(other?.meanGapChange).toBeCloseTo(0.015, 10);
    },
    PATIENCE,
  );

  it(
    'takes all that fit, and refuses what was named and does not',
    async () => {
      const [small = ''] = await house.ask('runs.launch', { config: base({ encoder: { id: 'smallCnn' } }) });
      const [grouped = ''] = await house.ask('runs.launch', { config: base({ encoder: { id: 'resnet9', params: { norm: 'group' } } }) }); // prettier-ignore
      await finished([small, grouped]);
      const { runs } = await house.ask('finetune.launch', { run: small, settings: ['epochs=1'] });
      const { finetunes = [] } = await house.ask('catalog.get', {});
      expect(runs.length).toBe(finetunes.length - 1);
      await finished(runs);
      const without = (await house.ask('finetune.launch', { run: grouped })).runs;
      expect(without.length).toBe(finetunes.filter(({ needs }) => needs === null).length);
      await finished(without);
      const before = (await house.ask('runs.list', {})).length;
      await expect(
        house.ask('finetune.launch', {
          run: grouped,
          strategies: ['linear', 'batchNormStatistics'],
          seeds: [9],
        }),
      ).rejects.toThrow(
        'invalidConfig: finetune.strategy.id is batchNormStatistics, but the encoder resnet9 has group norm and with it no running statistics of batch norm to tune. Choose the strategy linear or full, or pretrain with an encoder that has batch norm (encoder.params.norm=batch).',
      );
      await expect(house.ask('finetune.launch', { run: small, strategies: ['lineer'] })).rejects.toThrow(/^usage: There is no fine-tuning strategy "lineer"\. Known: linear/); // prettier-ignore
      await expect(house.ask('finetune.launch', { run: runs[0] ?? '', strategies: ['linear'] })).rejects.toThrow(/is a fine-tuning itself/); // prettier-ignore
      expect((await house.ask('runs.list', {})).length).toBe(before);
    },
    PATIENCE,
  );
});

describe('sensitivity of accuracy to a setting', () => {
  const levels = [0.8, 0.1, 0.3, 0.5, 0.6];
  it(
    'is one run per level and seed, and slopes that follow from them',
    async () => {
      const asked = { config: base(), knob: KNOB, levels, seeds: [1, 2, 3] };
      const { experiment, runs } = await house.ask('sensitivity.launch', asked);
      await finished(runs);
      expect((await house.ask('sensitivity.launch', asked)).runs).toEqual(runs);
      const report = await house.ask('sensitivity.report', { experiment, knob: KNOB });
      expect(report).toMatchObject({
        levels: [0.1, 0.3, 0.5, 0.6, 0.8],
        seeds: [1, 2, 3],
        missing: [],
        measure: 'knn',
      });
      const of = (name: string) => report.slopes.find((row) => row.name === name);
      expect(of('0')?.slope).toBeCloseTo(0.3, 2);
      expect(of('0')?.points.length).toBe(15);
      expect(report.slopes.filter(({ opposed }) => opposed).map(({ name }) => name)).toEqual([
        '0',
        '1',
        'red',
        'green',
      ]);
      expect(of('2')?.opposed).toBe(false);
      expect(of('overall')).toMatchObject({ kind: 'overall', slope: 0, pHolm: null });
      expect(of('0')?.pHolm).toBeGreaterThan(of('0')?.p ?? NaN);
      const { data } = await house.ask('sensitivity.export', { experiment, knob: KNOB });
      const lines = new TextDecoder().decode(data).split('\r\n');
      expect(lines[0]).toBe('kind,feature,name,slope,low,high,p,p (Holm),p (Benjamini-Hochberg),rho,opposed');
      expect(lines.filter((line) => line.startsWith('class,,0,')).length).toBe(1 + 15);
    },
    PATIENCE,
  );

  it(
    'is refused with too few levels or seeds, or without such a setting',
    async () => {
      const asked = { config: base(), knob: KNOB, levels: [0.1, 0.2, 0.3, 0.4], seeds: [1, 2, 3] };
      await expect(house.ask('sensitivity.launch', asked)).rejects.toThrow(
        'usage: A sensitivity sweep has 4 levels and 3 seeds, but slopes with intervals need 5 levels and 3 seeds.',
      );
      await expect(
        house.ask('sensitivity.launch', { ...asked, levels, knob: 'views.resizedCrop.params.size' }),
      ).rejects.toThrow('invalidConfig: The config has nothing under views.resizedCrop.params.size.');
      await expect(house.ask('sensitivity.launch', { ...asked, levels: [...levels, 7] })).rejects.toThrow(/views\.0\.params\.scale/); // prettier-ignore
      const [experiment] = await house.ask('experiments.list', {});
      await expect(house.ask('sensitivity.report', { experiment: experiment?.id ?? '', knob: 'views' })).rejects.toThrow(/^notFound: No run of this experiment has a number under views/); // prettier-ignore
    },
    PATIENCE,
  );
});

describe('an evaluation', () => {
  it(
    'is made once for the same settings and kept with the run',
    async () => {
      const [run = ''] = await house.ask('runs.launch', { config: base(), seeds: [77] });
      await finished([run]);
      const first = await house.job(await house.ask('evaluations.create', { run, k: 3 }));
      expect(await house.job(await house.ask('evaluations.create', { run, k: 3 }))).toBe(first);
      const other = await house.job(await house.ask('evaluations.create', { run, fractions: [0.5] }));
      const kept = await house.ask('evaluations.list', { run });
      expect(kept.map(({ digest }) => digest).sort()).toEqual([first, other].sort());
      const mine = kept.find(({ digest }) => digest === first);
      expect(mine).toMatchObject({ run, samples: 5, split: 'validation', settings: { knn: { k: 3 }, fractions: [0.01, 0.1], recallAt: [1, 5, 10] } }); // prettier-ignore
      expect(mine?.findings[0]).toMatchObject({ evaluation: 'knn', settings: { k: 3 } });
    },
    PATIENCE,
  );
});
