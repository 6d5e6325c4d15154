import type * as tf from '@tensorflow/tfjs';
import type { ViewChoice } from '../../../preload/contract/vocabulary.ts';
import type { Rng } from '../../core/rng.ts';
import type { HostTensor, HostTensors, Tensors, View } from '../method.ts';
import { entryOf, views } from '../registries.ts';

type Shape = readonly [number, number, number];

/** The views of a pipeline that are switched on, in order, with the name under which their numbers travel. */
function active(
  choices: readonly ViewChoice[],
  prefix: string,
): readonly { view: View; choice: ViewChoice; name: string }[] {
  return choices
    .filter((choice) => choice.enabled)
    .map((choice, index) => ({
      view: entryOf<View>(views, choice.id, 'view'),
      choice,
      name: `${prefix}/${index}`,
    }));
}

/** Draws every random number that one passage of `count` samples through the pipeline needs, by `prefix/index`. */
export function drawPipeline(
  choices: readonly ViewChoice[],
  rng: Rng,
  count: number,
  shape: Shape,
  prefix: string,
): HostTensors {
  const drawn: Record<string, HostTensor> = {};
  for (const { view, choice, name } of active(choices, prefix))
    drawn[name] = view.draw(rng, choice.params, count, shape);
  return drawn;
}

/** Passes x [n, h, w, c] through the pipeline with numbers that `drawPipeline` drew. */
export function applyPipeline(
  choices: readonly ViewChoice[],
  x: tf.Tensor4D,
  drawn: Tensors,
  prefix: string,
): tf.Tensor4D {
  return active(choices, prefix).reduce(
    (image, { view, name }) => view.apply(image, drawn[name] as tf.Tensor),
    x,
  );
}
