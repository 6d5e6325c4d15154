import type { FinetuneConfig } from '../../preload/contract/vocabulary.ts';
import { pretrainSubset } from '../core/pretrainSubset.ts';
import { Rng } from '../core/rng.ts';
import { finetunedAt, labelledSamples, refuseUnfit } from './finetuning.ts';
import type { BuildContext, BuiltMethod, Encoder, SslMethod } from './method.ts';
import type { Optimizer } from './optimizer.ts';
import type { PretrainTask } from './pretrainEvents.ts';
import { encoders, entryOf, methods, optimizers } from './registries.ts';
import { codesOf } from './trainingData.ts';
import type { TrainingSetup } from './trainingStep.ts';

type Task = Pick<PretrainTask, 'config' | 'data'>;

/** The setup of a config: method, views and optimiser made concrete for a data set; a fine-tuning may differ from epoch to epoch. */
export function trainingSetup({ config, data }: Task, epoch = 0): TrainingSetup {
  const method = entryOf<SslMethod>(methods, config.method.id, 'method');
  const encoder = entryOf<Encoder>(encoders, config.encoder.id, 'encoder').build(
    config.encoder.params,
    data.shape,
    data.layout,
  );
  const context = {
    encoder,
    shape: data.shape,
    layout: data.layout,
    classes: data.target.classes.length,
    batchSize: config.batchSize,
    course: { samples: pretrainSamples({ config, data }).length, epochs: config.epochs },
  };
  return {
    method: config.finetune
      ? finetuned({ config, data }, context, epoch)
      : method.build(config.method.params, context),
    views: config.views,
    optimizer: entryOf<Optimizer>(optimizers, config.optimizer.id, 'optimiser'),
    optimizerChoice: config.optimizer,
    shape: data.shape,
    layout: data.layout,
    batchSize: config.batchSize,
    usesLabels: method.usesLabels,
    ...(config.monitor.onlineProbe === true ? { onlineClasses: data.target.classes.length } : {}),
    mixed: config.engine.precision === 'mixed',
  };
}

function finetuned({ config, data }: Task, context: BuildContext, epoch: number): BuiltMethod {
  const finetune = config.finetune as FinetuneConfig;
  const tensors = Object.keys(context.encoder.init(Rng.stream(0, 'shapes only')).values);
  refuseUnfit(config, tensors);
  const codes = codesOf(data.target, labelledSamples(data, finetune, config.seed));
  return finetunedAt(finetune, context, tensors, codes, epoch);
}

/** The samples that a run trains on, ascending: of the pretrain split, or those with labels that a fine-tuning is given. */
export function pretrainSamples({ config, data }: Task): Uint32Array {
  if (config.finetune) return labelledSamples(data, config.finetune, config.seed);
  return pretrainSubset(data.splits.pretrain, config);
}
