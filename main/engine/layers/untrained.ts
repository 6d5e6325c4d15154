import type { Network } from '../method.ts';

/** The same network with nothing for an optimiser to move; its running statistics still follow what it is shown. */
export function untrained(network: Network): Network {
  return { ...network, init: (rng) => ({ values: network.init(rng).values, trainable: [], decay: [] }) };
}
