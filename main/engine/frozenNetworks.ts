import { AppError } from '../../preload/contract/errors.ts';
import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import type { BuiltMethod, Encoder, HostTensors, SslMethod } from './method.ts';
import { encoders, entryOf, methods } from './registries.ts';
import { initialNetworks } from './trainingStep.ts';

/** The networks of a config with the weights of a checkpoint, ready to be compiled for evaluation. */
export function frozenNetworks(
  config: RunConfig,
  shape: readonly [number, number, number],
  classes: number,
  tensors: HostTensors,
): { readonly method: BuiltMethod; readonly weights: HostTensors } {
  const encoder = entryOf<Encoder>(encoders, config.encoder.id, 'encoder').build(
    config.encoder.params,
    shape,
  );
  const context = { encoder, shape, classes, batchSize: config.batchSize };
  const method = entryOf<SslMethod>(methods, config.method.id, 'method').build(config.method.params, context);
  const expected = initialNetworks(method, () => Rng.stream(0, 'shapes only')).values;
  const weights = Object.fromEntries(
    Object.entries(expected).map(([name, { shape: wanted }]) => {
      const stored = tensors[name];
      if (stored && stored.shape.join() === wanted.join()) return [name, stored];
      throw new AppError({
        code: 'invalidData',
        message: `The checkpoint's ${name} does not fit images of ${shape.join(' x ')} and this config.`,
        hint: 'Choose a data set with images of the shape that the encoder was trained on.',
      });
    }),
  );
  return { method, weights };
}
