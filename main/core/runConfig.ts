import { AppError } from '../../preload/contract/errors.ts';
import type {
  Catalog,
  CatalogEntry,
  Choice,
  DatasetRow,
  Digest,
  MethodEntry,
  Modality,
  ParamSpecs,
  PrimaryMetric,
  RunConfig,
  ViewChoice,
} from '../../preload/contract/vocabulary.ts';
import { digestOfValue } from './canonical.ts';
import {
  CHECKPOINT_SPECS,
  ENGINE_SPECS,
  KNN_SPECS,
  LINEAR_SPECS,
  MONITOR_SPECS,
  RUN_SPECS,
} from './configSpecs.ts';
import { parseFinetune } from './finetuneConfig.ts';
import { nearest } from './nearest.ts';
import { defaultsOf, parseParams, unknownKey } from './params.ts';

type Plain = Readonly<Record<string, unknown>>;
/** What a config may name: the registries, and the data set it is for. */
export interface ConfigContext {
  readonly catalog: Catalog;
  /** Answers the data set of that id, or null. */
  readonly dataset: (id: string) => DatasetRow | null;
}

const KEYS = [
  'dataset', 'target', 'modality', 'method', 'views', 'viewCount', 'encoder', 'optimizer', 'schedule', 'batchSize', 'epochs',
  'maxSamples', 'seed', 'engine', 'evaluate', 'monitor', 'checkpoint', 'audit', 'finetune',
] as const; // prettier-ignore

/** The identity of a run: the digest of the canonical form of its config. */
export function configHash(config: RunConfig): Digest {
  return digestOfValue(config);
}

/** A complete config with every default for one data set and method. */
export function defaultConfig(datasetId: string, methodId: string, context: ConfigContext): RunConfig {
  return parseConfig({ dataset: datasetId, method: { id: methodId } }, context);
}

/**
 * A complete, valid config from plain data; whatever is left out takes its default.
 * @throws AppError invalidConfig naming the key, the value, the allowed values and the nearest known key
 */
export function parseConfig(given: unknown, context: ConfigContext): RunConfig {
  const plain = asObject(given, 'config');
  refuseUnknown(plain, KEYS, 'config');
  const { catalog } = context;
  const dataset = parseDataset(plain['dataset'], context);
  const method = parseEntry(catalog.methods, plain['method'], 'method', undefined);
  const methodEntry = catalog.methods.find((entry) => entry.id === method.id);
  if (plain['modality'] !== undefined && plain['modality'] !== dataset.modality) {
    throw invalid(
      `modality is ${JSON.stringify(plain['modality'])}, but data set ${dataset.name} holds ${dataset.modality} data.`,
      'Leave modality out.',
    );
  }
  refuseViewCount(plain['viewCount'], methodEntry, catalog);
  refuseModality('Method', method.id, methodEntry?.modalities ?? [], dataset, catalog.methods);
  const numbers = parseParams(RUN_SPECS, pick(plain, Object.keys(RUN_SPECS)), 'config');
  const config = {
    dataset: dataset.id,
    target: parseTarget(plain['target'], dataset, 'target', dataset.primaryTarget),
    modality: dataset.modality,
    method,
    views: parseViews(plain['views'] ?? viewsOf(methodEntry, dataset.modality), catalog, dataset),
    encoder: parseEncoder(plain['encoder'], catalog, dataset, methodEntry),
    optimizer: parseEntry(catalog.optimizers, plain['optimizer'], 'optimizer', catalog.optimizers[0]?.id),
    schedule: parseEntry(catalog.schedules, plain['schedule'], 'schedule', catalog.schedules[0]?.id),
    ...numbers,
    engine: parseEngine(plain['engine'] ?? {}, catalog),
    evaluate: parseEvaluate(plain['evaluate'] ?? {}, dataset),
    monitor: section(MONITOR_SPECS, plain['monitor'], 'monitor'),
    checkpoint: section(CHECKPOINT_SPECS, plain['checkpoint'], 'checkpoint'),
    audit: parseAudit(plain['audit'] ?? {}, dataset, catalog),
  } as unknown as RunConfig;
  if (plain['finetune'] === undefined) return config;
  const strategyOf = (entries: readonly CatalogEntry[], given: unknown): Choice =>
    parseEntry(entries, given, 'finetune.strategy', undefined);
  const finetune = asObject(plain['finetune'], 'finetune');
  return { ...config, finetune: parseFinetune(finetune, config, catalog, strategyOf) };
}

function parseDataset(id: unknown, context: ConfigContext): DatasetRow {
  const dataset = typeof id === 'string' ? context.dataset(id) : null;
  if (dataset) return dataset;
  throw invalid(
    `dataset is ${JSON.stringify(id) ?? 'missing'}, and no data set of that id or name is in this workspace.`,
    'List them with: pretext dataset list.',
  );
}

/** @param known the entries of the same registry, of which those that fit are named */
function refuseModality(
  kind: string,
  id: string,
  modalities: readonly Modality[],
  { name, modality }: DatasetRow,
  known: readonly { readonly id: string; readonly modalities: readonly Modality[] }[],
): void {
  if (modalities.includes(modality)) return;
  const fitting = known.filter((entry) => entry.modalities.includes(modality)).map((entry) => entry.id);
  throw invalid(
    `${kind} ${id} is for ${modalities.join(' and ')} data, but data set ${name} holds ${modality} data.`,
    fitting.length === 0
      ? `Choose a data set of ${modalities.join(' or ')} data.`
      : `For ${modality} data, choose one of ${fitting.join(', ')}.`,
  );
}

/** The method's own views for a modality. */
function viewsOf(method: MethodEntry | undefined, modality: Modality): readonly ViewChoice[] {
  if (method === undefined) return [];
  return method.viewsByModality?.[modality] ?? (method.modalities[0] === modality ? method.defaultViews : []);
}

/** How many views are taken follows from the method: a config may say it, but not otherwise. */
function refuseViewCount(given: unknown, method: MethodEntry | undefined, { methods }: Catalog): void {
  if (given === undefined || method === undefined || given === method.viewCount) return;
  const takes = method.viewCount === undefined ? 'as many as its parameters say' : `${method.viewCount}`;
  const fitting = methods.filter(({ viewCount }) => viewCount !== undefined && viewCount === given);
  throw invalid(
    `viewCount is ${JSON.stringify(given)}, but the number of views of each sample that method ${method.id} takes is ${takes}.`,
    fitting.length === 0
      ? 'Leave viewCount out.'
      : `Leave viewCount out, or choose one of ${fitting.map(({ id }) => id).join(', ')}.`,
  );
}

/** The encoder that is named, or else the first for the modality that the method takes. */
function parseEncoder(
  given: unknown,
  { encoders }: Catalog,
  dataset: DatasetRow,
  method: MethodEntry | undefined,
): Choice {
  const fits = ({ traits }: Catalog['encoders'][number]): boolean =>
    method?.needs === undefined || traits?.[method.needs] === true;
  const first = encoders.find((known) => known.modalities.includes(dataset.modality) && fits(known));
  const choice = parseEntry(encoders, given, 'encoder', first?.id);
  const entry = encoders.find(({ id }) => id === choice.id);
  refuseModality('Encoder', choice.id, entry?.modalities ?? [], dataset, encoders);
  if (entry && !fits(entry))
    throw invalid(
      `Method ${method?.id} needs an encoder of ${method?.needs}, which encoder ${entry.id} is not.`,
      `Choose one of ${encoders
        .filter(fits)
        .map(({ id }) => id)
        .join(', ')}.`,
    );
  return choice;
}

function parseTarget(given: unknown, dataset: DatasetRow, path: string, fallback: string): string {
  const name = given ?? fallback;
  const names = dataset.targets.map((target) => target.name);
  if (typeof name === 'string' && names.includes(name)) return name;
  throw invalid(
    `${path} is ${JSON.stringify(name)}, but data set ${dataset.name} has the targets ${names.join(', ')}.`,
    suggestion(name, names),
  );
}

function parseEntry(
  entries: readonly CatalogEntry[],
  given: unknown,
  path: string,
  fallback: string | undefined,
): Choice {
  const plain = typeof given === 'string' ? { id: given } : asObject(given ?? { id: fallback }, path);
  refuseUnknown(plain, ['id', 'params'], path);
  const entry = entries.find((candidate) => candidate.id === (plain['id'] ?? fallback));
  if (!entry) {
    const names = entries.map((candidate) => candidate.id);
    throw invalid(
      `${path}.id is ${JSON.stringify(plain['id']) ?? 'missing'}, but must be one of ${names.join(', ')}.`,
      suggestion(plain['id'], names),
    );
  }
  return {
    id: entry.id,
    params: parseParams(entry.params, asObject(plain['params'] ?? {}, `${path}.params`), `${path}.params`),
  };
}

function parseViews(given: unknown, catalog: Catalog, dataset: DatasetRow): readonly ViewChoice[] {
  if (!Array.isArray(given))
    throw invalid(
      `views is ${JSON.stringify(given)}, but must be a list.`,
      'Write views as a list of {id, params}.',
    );
  return given.map((item: unknown, index) => {
    const path = `views.${index}`;
    const plain = typeof item === 'string' ? { id: item } : asObject(item, path);
    const { enabled = true, ...rest } = plain as { enabled?: unknown };
    if (typeof enabled !== 'boolean')
      throw invalid(
        `${path}.enabled is ${JSON.stringify(enabled)}, but must be true or false.`,
        'Set it to true or false.',
      );
    const choice = parseEntry(catalog.views, rest, path, undefined);
    const entry = catalog.views.find(({ id }) => id === choice.id);
    refuseModality('View', choice.id, entry?.modalities ?? [], dataset, catalog.views);
    return { ...choice, enabled };
  });
}

function parseEngine(given: unknown, catalog: Catalog): unknown {
  const {
    id = 'onnx',
    device = 'cpu',
    ...rest
  } = asObject(given, 'engine') as { id?: unknown; device?: unknown };
  const names = catalog.engines.map((engine) => engine.id as string);
  if (typeof id !== 'string' || !names.includes(id))
    throw invalid(
      `engine.id is ${JSON.stringify(id)}, but must be one of ${names.join(', ')}.`,
      suggestion(id, names),
    );
  if (typeof device !== 'string')
    throw invalid(
      `engine.device is ${JSON.stringify(device)}, but must be a device's name.`,
      'List devices with: pretext doctor.',
    );
  return { id, device, ...parseParams(ENGINE_SPECS, rest, 'engine') };
}

function parseEvaluate(given: unknown, dataset: DatasetRow): unknown {
  const plain = asObject(given, 'evaluate');
  refuseUnknown(plain, ['knn', 'linear'], 'evaluate');
  const { target, ...knn } = asObject(plain['knn'] ?? {}, 'evaluate.knn') as { target?: unknown };
  return {
    knn: {
      ...parseParams(KNN_SPECS, knn, 'evaluate.knn'),
      target: parseTarget(target, dataset, 'evaluate.knn.target', richestTarget(dataset)),
    },
    linear: section(LINEAR_SPECS, plain['linear'], 'evaluate.linear'),
  };
}

/** kNN tells most about the representation on the target with the most classes. */
function richestTarget(dataset: DatasetRow): string {
  const sorted = [...dataset.targets].sort((a, b) => b.classes.length - a.classes.length);
  return sorted[0]?.name ?? dataset.primaryTarget;
}

function parseAudit(given: unknown, dataset: DatasetRow, catalog: Catalog): RunConfig['audit'] {
  const plain = asObject(given, 'audit');
  refuseUnknown(plain, ['features', 'primary'], 'audit');
  const known = dataset.sensitive.map((feature) => feature.name);
  const features = plain['features'] ?? known;
  if (!Array.isArray(features))
    throw invalid(
      `audit.features is ${JSON.stringify(features)}, but must be a list.`,
      `Known features: ${known.join(', ')}.`,
    );
  for (const feature of features as unknown[]) {
    if (typeof feature !== 'string' || !known.includes(feature)) {
      throw invalid(
        `audit.features holds ${JSON.stringify(feature)}, but data set ${dataset.name} has the sensitive features ${known.join(', ') || 'none'}.`,
        suggestion(feature, known),
      );
    }
  }
  return {
    features: features as string[],
    primary: plain['primary'] == null ? null : parsePrimary(plain['primary'], known, catalog),
  };
}

function parsePrimary(given: unknown, features: readonly string[], catalog: Catalog): PrimaryMetric {
  const plain = asObject(given, 'audit.primary');
  refuseUnknown(plain, ['metric', 'feature', 'group', 'reference'], 'audit.primary');
  const metric = oneOf(
    plain['metric'],
    catalog.metrics.map((entry) => entry.id),
    'audit.primary.metric',
  );
  const feature = oneOf(plain['feature'], features, 'audit.primary.feature');
  const { group = null, reference = null } = plain as { group?: string | null; reference?: string | null };
  if ((group === null) !== (reference === null))
    throw invalid(
      'audit.primary names only one of group and reference.',
      'Name both, or neither to compare all groups.',
    );
  return { metric, feature, group, reference };
}

function oneOf(value: unknown, known: readonly string[], path: string): string {
  if (typeof value === 'string' && known.includes(value)) return value;
  throw invalid(
    `${path} is ${JSON.stringify(value) ?? 'missing'}, but must be one of ${known.join(', ')}.`,
    suggestion(value, known),
  );
}

function section(specs: ParamSpecs, given: unknown, path: string): unknown {
  return given === undefined ? defaultsOf(specs) : parseParams(specs, asObject(given, path), path);
}

function asObject(value: unknown, path: string): Plain {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Plain;
  throw invalid(
    `${path} is ${JSON.stringify(value) ?? 'missing'}, but must be a set of keys and values.`,
    `See the documentation of ${path}.`,
  );
}

function refuseUnknown(plain: Plain, known: readonly string[], where: string): void {
  for (const key of Object.keys(plain)) if (!known.includes(key)) throw unknownKey(key, known, where);
}

function pick(plain: Plain, keys: readonly string[]): Plain {
  return Object.fromEntries(keys.filter((key) => plain[key] !== undefined).map((key) => [key, plain[key]]));
}

function suggestion(value: unknown, known: readonly string[]): string {
  const close = typeof value === 'string' ? nearest(value, known) : null;
  return close === null ? `Choose one of ${known.join(', ') || 'none'}.` : `Did you mean ${close}?`;
}

function invalid(message: string, hint: string): AppError {
  return new AppError({ code: 'invalidConfig', message, hint });
}
