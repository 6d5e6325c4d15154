import { pretrainSubset } from '../core/pretrainSubset.ts';
import type { Encoder, SslMethod } from './method.ts';
import type { Optimizer } from './optimizer.ts';
import type { PretrainTask } from './pretrainEvents.ts';
import { encoders, entryOf, methods, optimizers } from './registries.ts';
import type { TrainingSetup } from './trainingStep.ts';

/** The setup of a config: method, views and optimiser made concrete for a data set. */
export function trainingSetup({ config, data }: Pick<PretrainTask, 'config' | 'data'>): TrainingSetup {
  const method = entryOf<SslMethod>(methods, config.method.id, 'method');
  const encoder = entryOf<Encoder>(encoders, config.encoder.id, 'encoder').build(
    config.encoder.params,
    data.shape,
  );
  const context = {
    encoder,
    shape: data.shape,
    classes: data.target.classes.length,
    batchSize: config.batchSize,
    course: { samples: pretrainSamples({ config, data }).length, epochs: config.epochs },
  };
  return {
    method: method.build(config.method.params, context),
    views: config.views,
    optimizer: entryOf<Optimizer>(optimizers, config.optimizer.id, 'optimiser'),
    optimizerChoice: config.optimizer,
    shape: data.shape,
    batchSize: config.batchSize,
    usesLabels: method.usesLabels,
    mixed: config.engine.precision === 'mixed',
  };
}

/** The samples of the pretrain split that a run uses, ascending. */
export function pretrainSamples({ config, data }: Pick<PretrainTask, 'config' | 'data'>): Uint32Array {
  return pretrainSubset(data.splits.pretrain, config);
}
