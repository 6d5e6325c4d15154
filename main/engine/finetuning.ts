import { AppError } from '../../preload/contract/errors.ts';
import type { FinetuneConfig, RunConfig } from '../../preload/contract/vocabulary.ts';
import { labelledPlaces } from '../core/labelFraction.ts';
import { type Finetune, type FinetunePlan, headOf, partsOf } from './finetune.ts';
import { balancedWeights, finetunedMethod } from './finetunedMethod.ts';
import { isDownsampling } from './finetunes/batchNormDownsample.ts';
import { isRunningStatistic } from './layers/batchNorm.ts';
import type { BuildContext, BuiltMethod } from './method.ts';
import { entryOf, finetunes } from './registries.ts';
import { codesOf, type TrainingData } from './trainingData.ts';
import type { InitialNetworks } from './trainingStep.ts';

const ENCODER = 'encoder/';

/** The strategy of a fine-tuning. @throws AppError invalidConfig if there is none of that id */
export function strategyOf({ strategy }: FinetuneConfig): Finetune {
  return entryOf<Finetune>(finetunes, strategy.id, 'fine-tuning strategy');
}

/** What moves during an epoch; `tensors` are the names within the encoder. */
export function planAt(finetune: FinetuneConfig, tensors: readonly string[], epoch: number): FinetunePlan {
  return strategyOf(finetune).plan(finetune.strategy.params, partsOf(tensors), epoch);
}

/** Samples whose labels a fine-tuning learns from: of the probe-train split, stratified by class. */
export function labelledSamples(
  data: TrainingData,
  { labelFraction }: FinetuneConfig,
  seed: number,
): Uint32Array {
  const { probeTrain } = data.splits;
  const places = labelledPlaces(codesOf(data.target, probeTrain), labelFraction, seed);
  return places.map((place) => probeTrain[place] as number);
}

/**
 * The method of a fine-tuning during an epoch.
 * @throws AppError invalidConfig if the encoder lacks what the strategy tunes
 */
export function finetunedAt(
  finetune: FinetuneConfig,
  context: BuildContext,
  tensors: readonly string[],
  codes: ArrayLike<number>,
  epoch: number,
): BuiltMethod {
  const plan = planAt(finetune, tensors, epoch);
  const head = headOf(finetune.strategy.params);
  const even = new Float32Array(context.classes).fill(1);
  return finetunedMethod(context, {
    plan,
    still: !tensors.some((name) => plan.moves(name) || plan.adapts(name)),
    head,
    classWeights: head.balanced ? balancedWeights(codes, context.classes) : even,
  });
}

/** The networks with only those tensors to move that the config lets move during an epoch; null: during any epoch. */
export function movedDuring(
  { finetune, epochs }: RunConfig,
  networks: InitialNetworks,
  epoch: number | null,
): InitialNetworks {
  if (finetune === undefined) return networks;
  const names = Object.keys(networks.values).filter((name) => name.startsWith(ENCODER));
  const tensors = names.map((name) => name.slice(ENCODER.length));
  const asked = epoch === null ? Array.from({ length: epochs }, (_, at) => at) : [epoch];
  const plans = asked.map((at) => planAt(finetune, tensors, at));
  const trainable = networks.trainable.filter(
    (name) => !name.startsWith(ENCODER) || plans.some((plan) => plan.moves(name.slice(ENCODER.length))),
  );
  return { ...networks, trainable };
}

/**
 * Refuses a strategy for an encoder that lacks what it tunes, before anything is trained.
 * @throws AppError invalidConfig in one sentence, with what to do instead
 */
export function refuseUnfit(config: RunConfig, tensors: readonly string[]): void {
  if (config.finetune === undefined) return;
  const strategy = strategyOf(config.finetune);
  const lacks = {
    batchNorm: !tensors.some(isRunningStatistic),
    downsampling: !tensors.some(isRunningStatistic) || !tensors.some(isDownsampling),
  };
  if (strategy.needs === null || !lacks[strategy.needs]) return;
  throw unfit(strategy, config, tensors.some(isRunningStatistic));
}

function unfit({ id }: Finetune, { encoder }: RunConfig, hasBatchNorm: boolean): AppError {
  const lack = hasBatchNorm
    ? 'no downsampling convolutions beside residual blocks'
    : 'no batch norm, whose running statistics it tunes';
  return new AppError({
    code: 'invalidConfig',
    message: `finetune.strategy.id is ${id}, but the encoder ${encoder.id} has ${lack}.`,
    hint: hasBatchNorm
      ? 'Choose the strategy batchNormAffine, or pretrain resnet9 or resnet18.'
      : 'Choose the strategy linear or full, or pretrain with an encoder that has batch norm (encoder.params.norm=batch).',
  });
}
