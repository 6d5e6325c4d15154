import { add, div, elementwise, mul, scalar, sub } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

/** `tf.batchNorm`: normalises with given statistics. */
function fusedBatchNorm(call: KernelCall): GraphNode {
  const variance = call.node('variance');
  const deviation = elementwise('Sqrt', [add(variance, scalar(call.number('varianceEpsilon')))]);
  const inverse = div(scalar(1), deviation);
  const gain = call.optional('scale');
  const shift = call.optional('offset');
  const centred = sub(call.node('x'), call.node('mean'));
  const scaled = mul(centred, gain === null ? inverse : mul(inverse, gain));
  return shift === null ? scaled : add(scaled, shift);
}

export const normalisation: KernelFamily = { FusedBatchNorm: fusedBatchNorm };
