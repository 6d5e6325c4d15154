import { Rng } from '../core/rng.ts';
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

/** The samples of the pretrain split that a run uses, ascending; all of them, or as many as the config allows. */
export function pretrainSamples({ config, data }: Pick<PretrainTask, 'config' | 'data'>): Uint32Array {
  const all = data.splits.pretrain;
  if (config.maxSamples === 0 || config.maxSamples >= all.length) return all;
  const places = Rng.stream(config.seed, 'subset').permutation(all.length).slice(0, config.maxSamples);
  return places.map((place) => all[place] as number).sort();
}
