import { AppError } from '../../preload/contract/errors.ts';
import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import type { SampleKind } from './layout.ts';
import type { BuildContext, BuiltMethod, Encoder, HostTensors, SslMethod } from './method.ts';
import { encoders, entryOf, methods } from './registries.ts';
import { initialNetworks } from './trainingStep.ts';

/** A fine-tuned encoder without its head, which is kept as the probe of the checkpoint. */
function headless({ encoder }: BuildContext): BuiltMethod {
  return {
    ...{ networks: { encoder }, embedding: null, viewCount: 1, state: () => ({}), scalars: {} },
    loss() {
      throw new AppError({ code: 'internal', message: 'A fine-tuned encoder is only evaluated.' });
    },
  };
}

/** The networks of a config with the weights of a checkpoint, ready to be compiled for evaluation. */
export function frozenNetworks(
  config: RunConfig,
  { shape, layout }: SampleKind,
  classes: number,
  tensors: HostTensors,
): { readonly method: BuiltMethod; readonly weights: HostTensors } {
  const encoder = entryOf<Encoder>(encoders, config.encoder.id, 'encoder').build(
    config.encoder.params,
    shape,
    layout,
  );
  const context = { encoder, shape, layout, classes, batchSize: config.batchSize };
  const method = config.finetune
    ? headless(context)
    : entryOf<SslMethod>(methods, config.method.id, 'method').build(config.method.params, context);
  const expected = initialNetworks(method, () => Rng.stream(0, 'shapes only')).values;
  const weights = Object.fromEntries(
    Object.entries(expected).map(([name, { shape: wanted }]) => {
      const stored = tensors[name];
      if (stored && stored.shape.join() === wanted.join()) return [name, stored];
      throw new AppError({
        code: 'invalidData',
        message: `The checkpoint's ${name} does not fit samples of ${shape.join(' x ')} and this config.`,
        hint: 'Choose a data set with samples of the shape that the encoder was trained on.',
      });
    }),
  );
  return { method, weights };
}
