import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FinetuneConfig, FinetuneResults, RunConfig } from '../../preload/contract/vocabulary.ts';
import { defaultsOf } from '../../main/core/params.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import type { Engine } from '../../main/engine/engine.ts';
import { probeOf } from '../../main/engine/evaluation.ts';
import { partsOf, stagesOf } from '../../main/engine/finetune.ts';
import { balancedWeights } from '../../main/engine/finetunedMethod.ts';
import { isRunningStatistic } from '../../main/engine/layers/batchNorm.ts';
import type { HostTensors } from '../../main/engine/method.ts';
import type { PretrainEvent } from '../../main/engine/pretrainEvents.ts';
import { pretrain } from '../../main/engine/pretrain.ts';
import { encoders, finetunes } from '../../main/engine/registries.ts';
import { checkpointsOf, collectEvents, tinyConfig, tinyData, tinyHost } from './tiny.ts';

const data = tinyData({ side: 6 });
let engine: Engine;
let start: HostTensors;
const RESNET = { id: 'resnet9', params: { ...defaultsOf(encoders.resnet9.params), width: 4 } };

beforeAll(async () => {
  engine = await onnx.activate({ device: 'cpu', threads: 1 });
  const events = await collectEvents(
    tinyConfig('simclr', { ...quiet(), encoder: RESNET, epochs: 1 }),
    data,
    engine,
  );
  start = checkpointsOf(events).at(-1)?.tensors ?? {};
}, 60_000);
afterAll(() => engine.dispose());

function quiet(): Partial<RunConfig> {
  return {
    monitor: { everyEpochs: 100, bankSize: 64 },
    views: [],
    checkpoint: { everyEpochs: 100, keep: 1 },
  };
}

function tuning(strategy: keyof typeof finetunes, params = {}, changes: Partial<RunConfig> = {}): RunConfig {
  const finetune: FinetuneConfig = {
    from: finetunes[strategy].pretrained ? { run: 'r', checkpoint: 'c' } : null,
    strategy: { id: strategy, params: { ...defaultsOf(finetunes[strategy].params), ...params } },
    labelFraction: 1,
  };
  return tinyConfig('supervised', { ...quiet(), encoder: RESNET, epochs: 2, finetune, ...changes });
}

async function tuned(
  config: RunConfig,
  resumeFrom: ReturnType<typeof checkpointsOf>[number] | null = null,
  stopAfter = Infinity,
) {
  const events: PretrainEvent[] = [];
  let asked = 0;
  const host = tinyHost(engine, () => (asked++ < stopAfter ? 'go' : 'stop'));
  const task = { config, data, datasetDigest: 'd', resumeFrom, spent: null };
  const from = config.finetune?.from === null ? {} : { start };
  for await (const event of pretrain({ ...task, ...from }, host)) events.push(event);
  const last = events.at(-1);
  if (last?.type !== 'finished') throw new Error('The run did not finish.');
  const tensors = checkpointsOf(events).at(-1)?.tensors ?? {};
  return { events, tensors, results: last.results, finetune: last.results.finetune as FinetuneResults };
}

/** Names within the encoder that are no longer what they were. */
function changed(tensors: HostTensors, before = start): readonly string[] {
  return Object.keys(before)
    .filter(
      (name) => name.startsWith('encoder/') && String(tensors[name]?.data) !== String(before[name]?.data),
    )
    .map((name) => name.slice('encoder/'.length));
}

const isNorm = (name: string): boolean => /\/(gamma|beta)$/.test(name);
const isSkip = (name: string): boolean => name.includes('/shortcut/');
const stage = (name: string): string => name.split('/')[0] ?? '';
// stem, stage1 | stage2, stage3 | stage4
const THIRDS: Readonly<Record<string, string>> = { stem: 'first', stage1: 'first', stage2: 'middle', stage3: 'middle', stage4: 'last' }; // prettier-ignore
const free =
  (...frozen: readonly string[]) =>
  (name: string): boolean =>
    !frozen.includes(THIRDS[stage(name)] ?? '');

describe('a strategy moves what it says and nothing else', () => {
  const cases: readonly (readonly [keyof typeof finetunes, (name: string) => boolean])[] = [
    ['linear', () => false],
    ['batchNormStatistics', isRunningStatistic],
    ['batchNormAffine', (name) => isRunningStatistic(name) || isNorm(name)],
    ['batchNormDownsample', (name) => isRunningStatistic(name) || isNorm(name) || isSkip(name)],
    ['freezeAll', () => false],
    ['freezeFirstMiddle', free('first', 'middle')],
    ['freezeFirstLast', free('first', 'last')],
    ['freezeFirst', free('first')],
    ['freezeMiddle', free('middle')],
    ['freezeNone', () => true],
    ['full', () => true],
  ];
  it.each(cases)(
    '%s',
    async (strategy, expected) => {
      const { tensors, finetune } = await tuned(tuning(strategy, {}, { epochs: 1 }));
      const names = Object.keys(start)
        .filter((name) => name.startsWith('encoder/'))
        .map((name) => name.slice(8));
      expect(changed(tensors)).toEqual(names.filter(expected));
      const still = names.filter((name) => !isRunningStatistic(name)).every((name) => !expected(name));
      expect(finetune.encoderBefore === finetune.encoderAfter).toBe(still);
      expect(finetune.statisticsBefore === finetune.statisticsAfter).toBe(!names.some((name) => isRunningStatistic(name) && expected(name))); // prettier-ignore
      const size = (of: (name: string) => boolean): number =>
      names.filter((name) => of(name) && !isRunningStatistic(name)).reduce((sum, name) => sum + (start[`encoder/${name}`]?.data.length ?? 0), 0); // prettier-ignore
      const head = finetune.totalParameters - size(() => true);
      expect(finetune.trainedParameters).toBe(size(expected) + head);
      expect(finetune.trainedShare).toBeCloseTo((size(expected) + head) / (size(() => true) + head), 12);
    },
    60_000,
  );
  it('names every strategy here or below', () =>
    expect([...cases.map(([name]) => name), 'gradual', 'scratch'].sort()).toEqual(
      Object.keys(finetunes).sort(),
    ));
});

describe('gradual unfreezing', () => {
  it('moves the head, then one stage more with every epoch, from the last', async () => {
    const config = tuning('gradual', {}, { epochs: 3, checkpoint: { everyEpochs: 1, keep: 9 } });
    const { events } = await tuned(config);
    const stages = checkpointsOf(events)
      .filter(({ kind }) => kind === 'periodic')
      .map(({ tensors }) => [...new Set(changed(tensors).map(stage))]);
    expect(stages).toEqual([[], [], ['stage4'], ['stage3', 'stage4']]);
  }, 60_000);
  it('resumes bit for bit in the middle of a later phase', async () => {
    const config = tuning('gradual', {}, { epochs: 3 });
    const whole = await tuned(config);
    const stopped = await tuned(config, null, 14);
    const middle = checkpointsOf(stopped.events).at(-1);
    expect(middle?.header).toMatchObject({ epoch: 2, stepInEpoch: 1 });
    const resumed = await tuned(config, middle ?? null);
    expect(resumed.tensors).toEqual(whole.tensors);
    expect({ ...resumed.finetune, seconds: 0 }).toEqual({ ...whole.finetune, seconds: 0 });
  }, 60_000);
});

describe('the supervised start from scratch', () => {
  it('leaves the pretrained encoder out', async () => {
    const { finetune, tensors } = await tuned(tuning('scratch', {}, { epochs: 1 }));
    const pretrained = (await tuned(tuning('full', {}, { epochs: 1 }))).finetune;
    expect(finetune.encoderBefore).not.toBe(pretrained.encoderBefore);
    expect(changed(tensors).length).toBeGreaterThan(0);
    expect(finetune.trainedShare).toBe(1);
  }, 60_000);
});

describe('the tuned head', () => {
  it('is the probe of the checkpoint, hidden layer and all, and what the results say of it', async () => {
    const { tensors, results, finetune } = await tuned(tuning('freezeNone', { dropout: 0.3 }));
    const probe = probeOf(tensors);
    expect(probe?.hidden?.bias.length).toBe(128);
    expect(probe?.weight.length).toBe(128 * 3);
    expect(results.linearAccuracy).toBe(finetune.accuracy);
    expect(finetune.byClass.reduce((sum, { n }) => sum + n, 0)).toBe(data.splits.validation.length);
    const right = finetune.byClass.reduce((sum, { n, value }) => sum + n * (value ?? 0), 0);
    expect(right / data.splits.validation.length).toBeCloseTo(finetune.accuracy ?? NaN, 12);
    expect(results.batchNormMode).toBe('evaluation mode: running statistics as fine-tuning left them');
  }, 60_000);
  it('learns from the labelled share alone', async () => {
    const config = tuning('linear');
    const few = {
      ...config,
      batchSize: 4,
      finetune: { ...config.finetune, labelFraction: 0.25 } as FinetuneConfig,
    };
    expect((await tuned(few)).finetune.labels).toBeLessThan(9);
  }, 60_000);
});

describe('an encoder that lacks what is tuned is refused before training', () => {
  const group = { ...RESNET, params: { ...RESNET.params, norm: 'group', groups: 2 } };
  it('without batch norm', async () =>
    await expect(tuned(tuning('batchNormStatistics', {}, { encoder: group }))).rejects.toMatchObject({
      code: 'invalidConfig',
      message:
        'finetune.strategy.id is batchNormStatistics, but the encoder resnet9 has no batch norm, whose running statistics it tunes.',
      hint: 'Choose the strategy linear or full, or pretrain with an encoder that has batch norm (encoder.params.norm=batch).',
    }));
  it('without skips, and with another encoder than the pretrained', async () => {
    const smallCnn = { id: 'smallCnn', params: { width: 4 } };
    await expect(tuned(tuning('batchNormDownsample', {}, { encoder: smallCnn }))).rejects.toMatchObject({
      message:
        'finetune.strategy.id is batchNormDownsample, but the encoder smallCnn has no downsampling convolutions beside residual blocks.',
    });
    await expect(tuned(tuning('full', {}, { encoder: smallCnn }))).rejects.toMatchObject({
      message: expect.stringMatching(
        /^The pretrained encoder does not fit the config: tensor encoder\/block1/,
      ) as string,
    });
  });
});

it('cuts stages into thirds, and weighs classes to 1 on average', () => {
  const parts = partsOf(['a/x', 'a/y', 'b/x', 'c/x', 'd/x']);
  expect([stagesOf(parts, 'first'), stagesOf(parts, 'middle'), stagesOf(parts, 'last')]).toEqual([['a', 'b'], ['c'], ['d']]); // prettier-ignore
  const weights = balancedWeights([0, 0, 0, 1], 3);
  expect([...weights]).toEqual([expect.closeTo(2 / 3, 6), 2, 0]);
});
