import type { Catalog } from '../../preload/contract/vocabulary.ts';
import * as engines from './backends/registry.ts';
import { defaultsOf } from '../core/params.ts';
import { Rng } from '../core/rng.ts';
import type { EngineEntry } from './engine.ts';
import type { Finetune } from './finetune.ts';
import { isDownsampling } from './finetunes/batchNormDownsample.ts';
import { isRunningStatistic } from './layers/batchNorm.ts';
import { IMAGE } from './layout.ts';
import type { Encoder, SslMethod, View } from './method.ts';
import type { Optimizer } from './optimizer.ts';
import type { Schedule } from './schedule.ts';
import { encoders, finetunes, methods, optimizers, schedules, views } from './registries.ts';

/** The part of the catalog that the engine's registries make. */
export type EngineCatalog = Pick<
  Catalog,
  'methods' | 'views' | 'encoders' | 'finetunes' | 'optimizers' | 'schedules' | 'engines'
>;

interface Described {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly params: Catalog['views'][number]['params'];
}

function described({ id, title, summary, params }: Described): Described {
  return { id, title, summary, params };
}

/** What a run config takes where it names nothing, of encoders one per modality; the catalog lists it first. */
const DEFAULTS = {
  method: 'simclr',
  view: 'resizedCrop',
  encoder: ['smallCnn', 'tableMlp', 'conv1d', 'textTransformer'],
  optimizer: 'sgdMomentum',
  schedule: 'warmupCosine',
  engine: 'onnx',
} as const;

/** The entries by id in alphabetical order, but the defaults first. */
function firstIs<T extends { readonly id: string }>(
  registry: Readonly<Record<string, T>>,
  ...defaults: readonly string[]
): readonly T[] {
  // Sorted, because module runners do not agree on the order of a module's exports.
  const entries = Object.values(registry).sort((a, b) => (a.id < b.id ? -1 : 1));
  const first = defaults.flatMap((id) => entries.filter((entry) => entry.id === id));
  return [...first, ...entries.filter((entry) => !first.includes(entry))];
}

/** What fine-tuning may find in an encoder of images with its default parameters. */
function traitsOf(encoder: Encoder): Pick<Catalog['encoders'][number], 'traits'> {
  if (!encoder.modalities.includes('image')) return {};
  const network = encoder.build(defaultsOf(encoder.params), [32, 32, 3], IMAGE);
  const { values } = network.init(Rng.stream(0, 'shapes only'));
  const names = Object.keys(values);
  const batchNorm = names.some(isRunningStatistic);
  const downsampling = batchNorm && names.some(isDownsampling);
  return { traits: { batchNorm, downsampling, patches: network.patches !== undefined } };
}

/** Methods, views, encoders, optimisers, schedules and engines as plain data; the first of each is the default. */
export function engineCatalog(): EngineCatalog {
  return {
    methods: firstIs<SslMethod>(methods, DEFAULTS.method).map((method) => ({
      ...described(method),
      family: method.family,
      reference: method.reference,
      modalities: method.modalities,
      defaultViews: method.views,
      ...(method.viewsByModality === undefined ? {} : { viewsByModality: method.viewsByModality }),
      hint: method.hint,
      usesLabels: method.usesLabels,
      ...(method.viewCount === undefined ? {} : { viewCount: method.viewCount }),
      ...(method.needs === undefined ? {} : { needs: method.needs }),
      ...(method.baseline === undefined ? {} : { baseline: method.baseline }),
    })),
    views: firstIs<View>(views, DEFAULTS.view).map((view) => ({
      ...described(view),
      modalities: view.modalities,
    })),
    encoders: firstIs<Encoder>(encoders, ...DEFAULTS.encoder).map((encoder) => ({
      ...described(encoder),
      modalities: encoder.modalities,
      ...traitsOf(encoder),
    })),
    finetunes: firstIs<Finetune>(finetunes, 'linear').map((strategy) => ({
      ...described(strategy),
      reference: strategy.reference,
      needs: strategy.needs,
      pretrained: strategy.pretrained,
    })),
    optimizers: firstIs<Optimizer>(optimizers, DEFAULTS.optimizer).map(described),
    schedules: firstIs<Schedule>(schedules, DEFAULTS.schedule).map(described),
    engines: firstIs<EngineEntry>(engines, DEFAULTS.engine).map(({ id, title, summary }) => ({
      id,
      title,
      summary,
    })),
  };
}
