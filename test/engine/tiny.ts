import type { Params, ParamSpecs, RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../../main/core/rng.ts';
import { CHECKPOINT_SPECS, KNN_SPECS, LINEAR_SPECS, MONITOR_SPECS } from '../../main/core/configSpecs.ts';
import { defaultsOf } from '../../main/core/params.ts';
import { cpu } from '../../main/engine/backends/cpu.ts';
import type { Checkpoint } from '../../main/engine/checkpoint.ts';
import { decodeCheckpoint } from '../../main/engine/checkpoint.ts';
import type { Engine } from '../../main/engine/engine.ts';
import { prepareSamples } from '../../main/engine/preparation/prepare.ts';
import { pretrain } from '../../main/engine/pretrain.ts';
import type { PretrainEvent, PretrainHost } from '../../main/engine/pretrainEvents.ts';
import { encoders, methods, optimizers, schedules } from '../../main/engine/registries.ts';
import type { TrainingData } from '../../main/engine/trainingData.ts';
import { tinySeries } from './tinySeries.ts';
import { tinyText } from './tinyText.ts';
import { tinyTable } from './tinyTable.ts';

const CLASSES = ['left', 'right', 'both'];

/** Small colour images of bars: the class is where they stand, the group is their colour, and captions say both if asked; made from a seed. */
export function tinyData({ count = 96, side = 8, seed = 1, said = false } = {}): TrainingData {
  const rng = Rng.stream(seed, 'tiny');
  const size = side * side * 3;
  const bytes = new Uint8Array(count * size);
  const codes = new Int16Array(count);
  const colours = new Int16Array(count);
  for (let sample = 0; sample < count; sample++) {
    const code = rng.below(3);
    codes[sample] = code;
    colours[sample] = rng.below(2);
    for (let i = 0; i < size; i++) {
      const column = Math.floor(i / 3) % side;
      const bar =
        code === 2 ? column === 1 || column === side - 2 : code === 0 ? column === 1 : column === side - 2;
      const lit = bar && (i % 3 === colours[sample] || i % 3 === 2);
      bytes[sample * size + i] = Math.min(255, (lit ? 200 : 20) + rng.below(50));
    }
  }
  const split = (from: number, to: number): Uint32Array =>
    Uint32Array.from(
      { length: Math.floor(count * to) - Math.floor(count * from) },
      (_, i) => i + Math.floor(count * from),
    );
  const target = { name: 'place', classes: CLASSES, codes };
  const validation = split(0.75, 1);
  const splits = { pretrain: split(0, 0.5), probeTrain: split(0.5, 0.75), validation };
  const read = (indices: Uint32Array): Uint8Array => {
    const result = new Uint8Array(indices.length * size);
    indices.forEach((index, i) => result.set(bytes.subarray(index * size, (index + 1) * size), i * size));
    return result;
  };
  const sentence = (index: number): string =>
    `a ${colours[index] === 0 ? 'red' : 'green'} bar, ${CLASSES[codes[index] ?? 0]}`;
  const captions = (indices: Uint32Array): readonly string[] => Array.from(indices, sentence);
  const stored = { kind: 'image', shape: [side, side, 3], read, ...(said ? { captions } : {}) } as const;
  return {
    ...prepareSamples(stored, splits.pretrain, null, { vocabulary: 300, length: 10 }),
    target,
    knnTarget: target,
    splits,
    validationGroups: [
      {
        feature: 'colour',
        values: ['red', 'green', 'unknown'],
        codes: Int16Array.from(validation, (i) => colours[i] ?? 0),
      },
    ],
  };
}

/** Widest heads and longest queues of tiny runs; the authors' are meant for larger encoders. */
const LIMITS: Readonly<Record<string, number>> = {
  projectorHidden: 128,
  projectorDim: 64,
  predictorHidden: 32,
  queueSize: 64,
  normSplits: 2,
  decoderWidth: 12,
  hidden: 32,
  segments: 3,
  textWidth: 16,
  textDepth: 1,
  localCrops: 2,
  localSize: 4,
  outputs: 16,
  bottleneck: 16,
  prototypes: 12,
  clusters: 4,
  latent: 8,
  gap: 1,
  generatorWidth: 8,
};

/** A transformer as small as the tiny images. */
export const TINY_VIT: RunConfig['encoder'] = {
  id: 'vit',
  params: { patch: 2, width: 12, depth: 1, heads: 3, ratio: 2, pooling: 'mean', positions: 'sinCos' },
};
/** Encoders of methods that do not take the small CNN. */
const ENCODERS: Readonly<Partial<Record<string, RunConfig['encoder']>>> = { mae: TINY_VIT };

function tinyParams(specs: ParamSpecs): Params {
  return Object.fromEntries(
    Object.entries(defaultsOf(specs)).map(([key, value]) => [
      key,
      typeof value === 'number' ? Math.min(value, LIMITS[key] ?? Infinity) : value,
    ]),
  );
}

type Shared = Pick<RunConfig, 'modality' | 'views' | 'encoder'>;

/** What a tiny run on each modality trains, and on which views. */
const TINY: Readonly<Record<'image' | 'table' | 'series' | 'text', Shared>> = {
  image: {
    modality: 'image',
    views: [{ id: 'resizedCrop', params: { scale: [0.5, 1], ratio: [0.75, 4 / 3] }, enabled: true }],
    encoder: { id: 'smallCnn', params: { ...defaultsOf(encoders.smallCnn.params), width: 4 } },
  },
  table: {
    modality: 'table',
    views: [{ id: 'featureCorruption', params: { rate: 0.4, of: 'second' }, enabled: true }],
    encoder: { id: 'tableMlp', params: { width: 16, depth: 2, norm: 'none' } },
  },
  text: {
    modality: 'text',
    views: [{ id: 'tokenMask', params: { rate: 0.2 }, enabled: true }],
    encoder: {
      id: 'textTransformer',
      params: { length: 8, vocabulary: 300, width: 8, depth: 1, heads: 2, ratio: 2 },
    },
  },
  series: {
    modality: 'series',
    views: [{ id: 'seriesScaling', params: { sigma: 0.1 }, enabled: true }],
    encoder: { id: 'seriesTransformer', params: { patch: 4, width: 16, depth: 1, heads: 2, ratio: 2 } },
  },
};

/** The first modality of a method. */
function modalityOf(method: keyof typeof methods): keyof typeof TINY {
  const [modality = 'image'] = methods[method].modalities;
  return modality as keyof typeof TINY;
}

/** Tiny data of the first modality that a method takes; `side` is that of images. */
export function tinyDataOf(
  method: keyof typeof methods,
  options: Parameters<typeof tinyData>[0] = {},
): TrainingData {
  const made = {
    image: () => tinyData({ ...options, said: method === 'clip' }),
    table: () => tinyTable(),
    series: () => tinySeries(),
    text: () => tinyText({ length: 8 }),
  };
  return made[modalityOf(method)]();
}

/** A complete config of a tiny run on that data; `changes` replace whole entries. */
export function tinyConfig(
  method: keyof typeof methods,
  changes: Partial<RunConfig> = {},
  modality = modalityOf(method),
): RunConfig {
  const { temperature: _unused, ...knn } = defaultsOf(KNN_SPECS);
  return {
    dataset: 'tiny',
    target: 'place',
    method: { id: method, params: tinyParams(methods[method].params) },
    ...TINY[modality],
    ...(ENCODERS[method] ? { encoder: ENCODERS[method] } : {}),
    optimizer: {
      id: 'sgdMomentum',
      params: { ...defaultsOf(optimizers.sgdMomentum.params), learningRate: 0.05 },
    },
    schedule: { id: 'warmupCosine', params: defaultsOf(schedules.warmupCosine.params) },
    batchSize: 8,
    epochs: 2,
    maxSamples: 0,
    seed: 1,
    engine: { id: 'cpu', device: 'cpu', threads: 0 },
    evaluate: {
      knn: { ...knn, k: 5, temperature: 0.1, target: 'place' } as RunConfig['evaluate']['knn'],
      linear: { ...defaultsOf(LINEAR_SPECS), epochs: 5 } as RunConfig['evaluate']['linear'],
    },
    monitor: { ...defaultsOf(MONITOR_SPECS) } as unknown as RunConfig['monitor'],
    checkpoint: { ...defaultsOf(CHECKPOINT_SPECS) } as unknown as RunConfig['checkpoint'],
    audit: { features: [], primary: null },
    ...changes,
  };
}

/** The reference engine. */
export function referenceEngine(): Promise<Engine> {
  return cpu.activate({ device: 'cpu', threads: 0 });
}

/** A host whose clock counts its readings, and whose wish a test may set. */
export function tinyHost(engine: Engine, wish: PretrainHost['wish'] = () => 'go'): PretrainHost {
  let time = 0;
  return {
    engine,
    clock: () => (time += 0.001),
    energy: () => null,
    peakMemory: () => null,
    wish,
    untilResumed: async () => {},
  };
}

/** Everything a run announces, to its end. */
export async function collectEvents(
  config: RunConfig,
  data: TrainingData,
  engine: Engine,
  options: { readonly resumeFrom?: Checkpoint; readonly wish?: PretrainHost['wish'] } = {},
): Promise<PretrainEvent[]> {
  const events: PretrainEvent[] = [];
  const task = { config, data, datasetDigest: 'd', resumeFrom: options.resumeFrom ?? null, spent: null };
  for await (const event of pretrain(task, tinyHost(engine, options.wish))) events.push(event);
  return events;
}

/** Values of one metric in order. */
export function valuesOf(events: readonly PretrainEvent[], metric: string): number[] {
  return events.flatMap((event) =>
    event.type === 'points'
      ? event.points.filter((point) => point.metric === metric).map(({ value }) => value)
      : [],
  );
}

/** The checkpoints in order, decoded. */
export function checkpointsOf(events: readonly PretrainEvent[]) {
  return events.flatMap((event) =>
    event.type === 'checkpoint' ? [{ ...event, ...decodeCheckpoint(event.bytes) }] : [],
  );
}
