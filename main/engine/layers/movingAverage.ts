import type * as tf from '@tensorflow/tfjs';
import type { Tensors } from '../method.ts';
import { isRunningStatistic } from './batchNorm.ts';
import { prefixed, within } from './names.ts';

/**
 * Target networks moved towards the networks they copy: momentum * target + (1 - momentum) * online, by full name. Running statistics of
 * batch norm are left alone, for a target takes its own from what it is shown, as in the authors' code of BYOL and MoCo.
 */
export function movedTargets(
  targets: Readonly<Record<string, string>>,
  tensors: Tensors,
  momentum: tf.Scalar,
): Tensors {
  const share = momentum.neg().add(1);
  const moved = Object.entries(targets).map(([target, online]) => {
    const from = within(tensors, target);
    const parameters = Object.entries(within(tensors, online)).filter(([name]) => !isRunningStatistic(name));
    const values = parameters.map(([name, value]) => {
      const old = from[name] as tf.Tensor;
      return [name, old.add(value.sub(old).mul(share))] as const;
    });
    return prefixed<Tensors>(Object.fromEntries(values), target);
  });
  return Object.assign({}, ...moved) as Tensors;
}
