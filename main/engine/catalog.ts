import type { Catalog } from '../../preload/contract/vocabulary.ts';
import * as engines from './backends/registry.ts';
import type { EngineEntry } from './engine.ts';
import type { Encoder, SslMethod, View } from './method.ts';
import type { Optimizer } from './optimizer.ts';
import type { Schedule } from './schedule.ts';
import { encoders, methods, optimizers, schedules, views } from './registries.ts';

/** The part of the catalog that the engine's registries make. */
export type EngineCatalog = Pick<
  Catalog,
  'methods' | 'views' | 'encoders' | 'optimizers' | 'schedules' | 'engines'
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

/** What a run config takes where it names nothing; the catalog lists it first. */
const DEFAULTS = {
  method: 'simclr',
  view: 'resizedCrop',
  encoder: 'smallCnn',
  optimizer: 'sgdMomentum',
  schedule: 'warmupCosine',
  engine: 'onnx',
} as const;

/** The entries by id in alphabetical order, but the default first. */
function firstIs<T extends { readonly id: string }>(
  registry: Readonly<Record<string, T>>,
  id: string,
): readonly T[] {
  // Sorted, because module runners do not agree on the order of a module's exports.
  const entries = Object.values(registry).sort((a, b) => (a.id < b.id ? -1 : 1));
  return [...entries.filter((entry) => entry.id === id), ...entries.filter((entry) => entry.id !== id)];
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
      ...(method.baseline === undefined ? {} : { baseline: method.baseline }),
    })),
    views: firstIs<View>(views, DEFAULTS.view).map((view) => ({
      ...described(view),
      modalities: view.modalities,
    })),
    encoders: firstIs<Encoder>(encoders, DEFAULTS.encoder).map((encoder) => ({
      ...described(encoder),
      modalities: encoder.modalities,
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
