import type * as tf from '@tensorflow/tfjs';
import type { Network, Tensors } from '../method.ts';
import { prefixed, within } from './names.ts';

/** A network and the name under which its tensors are kept. */
export type Named = readonly [name: string, network: Network];

/** What networks made of some batches. */
export interface Chained {
  /** One output [n, dim] per batch. */
  readonly ys: readonly tf.Tensor2D[];
  /** New running statistics by full name. */
  readonly updates: Tensors;
}

/**
 * Sends every batch through the networks in training mode. Each batch has batch statistics of its own, as in code that calls a network
 * once per view; the running statistics go on from batch to batch.
 */
export function chain(networks: readonly Named[], tensors: Tensors, batches: readonly tf.Tensor[]): Chained {
  let [ys, updates]: [readonly tf.Tensor[], Tensors] = [batches, {}];
  for (const [name, network] of networks) {
    let own = within(tensors, name);
    let renewed: Tensors = {};
    ys = ys.map((x) => {
      const found = network.apply(own, x, true);
      own = { ...own, ...found.updates };
      renewed = { ...renewed, ...found.updates };
      return found.y;
    });
    updates = { ...updates, ...prefixed(renewed, name) };
  }
  return { ys: ys as readonly tf.Tensor2D[], updates };
}
