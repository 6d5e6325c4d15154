import type * as tf from '@tensorflow/tfjs';
import type { ViewChoice } from '../../../preload/contract/vocabulary.ts';
import type { Rng } from '../../core/rng.ts';
import type { SampleKind } from '../layout.ts';
import type { HostTensor, HostTensors, Tensors, View } from '../method.ts';
import { entryOf, views } from '../registries.ts';

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

/** Which of a sample's views is made, and the name under which its numbers travel. */
export interface Passage {
  readonly prefix: string;
  /** From 0; some views change only the second. */
  readonly passage: number;
}

/** Draws every random number that one passage of `count` samples through the pipeline needs, by `prefix/index`. */
export function drawPipeline(
  choices: readonly ViewChoice[],
  rng: Rng,
  count: number,
  { shape, layout }: SampleKind,
  { prefix, passage }: Passage,
): HostTensors {
  const drawn: Record<string, HostTensor> = {};
  for (const { view, choice, name } of active(choices, prefix))
    drawn[name] = view.draw(rng, choice.params, count, shape, { layout, passage });
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
