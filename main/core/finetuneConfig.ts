import { AppError } from '../../preload/contract/errors.ts';
import type {
  Catalog,
  Choice,
  FinetuneConfig,
  FinetuneEntry,
  RunConfig,
} from '../../preload/contract/vocabulary.ts';
import { float, parseParams, unknownKey } from './params.ts';

/** Parameters of fine-tuning besides its strategy. */
export const FINETUNE_SPECS = {
  labelFraction: float(1, {
    min: 0.001,
    max: 1,
    doc: 'Share of the labels of the probe-train split that is used, stratified by class and drawn by the seed.',
  }),
} as const;

type Plain = Readonly<Record<string, unknown>>;

/**
 * The part `finetune` of a config from plain data.
 * @param strategyOf reads the strategy as any other registry entry of the config is read
 * @throws AppError invalidConfig in one sentence: unknown keys, a start that is missing or too much, an encoder that lacks what is tuned
 */
export function parseFinetune(
  plain: Plain,
  config: Pick<RunConfig, 'method' | 'encoder'>,
  catalog: Catalog,
  strategyOf: (entries: readonly FinetuneEntry[], given: unknown) => Choice,
): FinetuneConfig {
  const known = ['from', 'strategy', ...Object.keys(FINETUNE_SPECS)];
  for (const key of Object.keys(plain)) if (!known.includes(key)) throw unknownKey(key, known, 'finetune');
  if (config.method.id !== 'supervised')
    throw invalid(
      `finetune learns from labels, but method.id is ${config.method.id}.`,
      'Set method.id to supervised; the pretrained run is named by finetune.from.',
    );
  const strategy = strategyOf(catalog.finetunes ?? [], plain['strategy']);
  const entry = catalog.finetunes?.find(({ id }) => id === strategy.id);
  if (entry) refuseLacking(entry, config.encoder, catalog);
  const { labelFraction } = parseParams(
    FINETUNE_SPECS,
    plain['labelFraction'] === undefined ? {} : { labelFraction: plain['labelFraction'] },
    'finetune',
  );
  return { from: parseFrom(plain['from'], entry), strategy, labelFraction: labelFraction as number };
}

function parseFrom(given: unknown, entry: FinetuneEntry | undefined): FinetuneConfig['from'] {
  const from = given ?? null;
  const wanted = entry?.pretrained !== false;
  if (from === null && !wanted) return null;
  const { run, checkpoint, ...rest } = (typeof from === 'object' ? (from ?? {}) : {}) as Plain;
  for (const key of Object.keys(rest)) throw unknownKey(key, ['run', 'checkpoint'], 'finetune.from');
  if (wanted && typeof run === 'string' && typeof checkpoint === 'string') return { run, checkpoint };
  throw wanted
    ? invalid(
        `finetune.from is ${JSON.stringify(from)}, but must name a run and one of its checkpoints.`,
        'Write {run, checkpoint}, or start it with: pretext finetune <run>.',
      )
    : invalid(
        `finetune.from is given, but the strategy ${entry?.id ?? ''} starts from random weights.`,
        'Leave finetune.from out, or choose the strategy full.',
      );
}

/**
 * Refuses a strategy for an encoder that lacks what it tunes; what the catalog cannot tell, the trainer finds before its first step.
 * @throws AppError invalidConfig
 */
function refuseLacking({ id, needs }: FinetuneEntry, encoder: Choice, catalog: Catalog): void {
  const traits = catalog.encoders.find((entry) => entry.id === encoder.id)?.traits;
  if (needs === null || traits === undefined) return;
  const batchNorm = traits.batchNorm && encoder.params['norm'] !== 'group';
  if (!batchNorm)
    throw invalid(
      `finetune.strategy.id is ${id}, but the encoder ${encoder.id} has ${encoder.params['norm'] === 'group' ? 'group norm and with it ' : ''}no running statistics of batch norm to tune.`,
      'Choose the strategy linear or full, or pretrain with an encoder that has batch norm (encoder.params.norm=batch).',
    );
  if (needs === 'downsampling' && !traits.downsampling)
    throw invalid(
      `finetune.strategy.id is ${id}, but the encoder ${encoder.id} has no downsampling convolutions beside residual blocks.`,
      'Choose the strategy batchNormAffine, or pretrain resnet9 or resnet18.',
    );
}

function invalid(message: string, hint: string): AppError {
  return new AppError({ code: 'invalidConfig', message, hint });
}
