import * as tf from '@tensorflow/tfjs';
import { choice, int, type ParamsOf } from '../../core/params.ts';
import type { Network, Tensors } from '../method.ts';
import { heNormal } from './initial.ts';
import { prefixed, within } from './names.ts';
import { checkGroups, normalised, normInit } from './norm.ts';

/** Parameters of the residual encoders. */
export const residualParams = {
  width: int(64, {
    min: 4,
    max: 256,
    step: 4,
    doc: 'Filters of the first stage; the representation has eight times as many.',
  }),
  norm: choice(
    'batch',
    ['batch', 'group'],
    'Batch norm, or group norm, in which samples do not see each other: for tiny batches and private training.',
  ),
  groups: int(8, { min: 1, max: 64, doc: 'Groups of channels of group norm.' }),
} as const;

export type ResidualParams = ParamsOf<typeof residualParams>;

/** One convolution with its norm. */
interface Layer {
  readonly name: string;
  readonly size: 1 | 3;
  readonly from: number;
  readonly filters: number;
  readonly stride: 1 | 2;
}

interface Block {
  readonly first: Layer;
  readonly second: Layer;
  /** Null where the input goes by unchanged. */
  readonly shortcut: Layer | null;
}

function blocksOf(counts: readonly number[], width: number): readonly Block[] {
  let from = width;
  return counts.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index): Block => {
      const name = `stage${stage + 1}/block${index + 1}`;
      const filters = width * 2 ** stage;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const first: Layer = { name: `${name}/first`, size: 3, from, filters, stride };
      const second: Layer = { name: `${name}/second`, size: 3, from: filters, filters, stride: 1 };
      const changed = stride === 2 || from !== filters;
      const shortcut: Layer | null = changed
        ? { name: `${name}/shortcut`, size: 1, from, filters, stride }
        : null;
      from = filters;
      return { first, second, shortcut };
    }),
  );
}

/** A network of basic blocks behind a 3x3 stem of stride 1 without pooling; `counts` are the blocks of each stage. */
export function residualNetwork(counts: readonly number[], given: ResidualParams, channels: number): Network {
  checkGroups(given, given.width);
  const stem: Layer = { name: 'stem', size: 3, from: channels, filters: given.width, stride: 1 };
  const blocks = blocksOf(counts, given.width);
  const layers = [stem, ...blocks.flatMap(({ first, second, shortcut }) => [first, second, ...(shortcut ? [shortcut] : [])])]; // prettier-ignore
  return {
    dim: given.width * 2 ** (counts.length - 1),
    init(rng) {
      const values = layers.map(({ name, size, from, filters }) => ({
        [`${name}/filter`]: heNormal(rng, [size, size, from, filters], size * size * from),
        ...prefixed(normInit(given, filters), `${name}/norm`),
      }));
      return {
        values: Object.assign({}, ...values),
        trainable: layers.flatMap(({ name }) => [
          `${name}/filter`,
          `${name}/norm/gamma`,
          `${name}/norm/beta`,
        ]),
        decay: layers.map(({ name }) => `${name}/filter`),
      };
    },
    apply(tensors, input, training) {
      let updates: Tensors = {};
      const through = (x: tf.Tensor4D, { name, size, stride }: Layer): tf.Tensor4D => {
        const own = within(tensors, name);
        // Padding on both sides, as PyTorch has it; 'same' would pad after only at stride 2.
        const y = tf.conv2d(x, own['filter'] as tf.Tensor4D, stride, size === 3 ? 1 : 0);
        const found = normalised(given, within(own, 'norm'), y, training);
        updates = { ...updates, ...prefixed(found.updates, `${name}/norm`) };
        return found.y;
      };
      let y = tf.relu(through(input as tf.Tensor4D, stem));
      for (const { first, second, shortcut } of blocks) {
        const residual = through(tf.relu(through(y, first)), second);
        y = tf.relu(residual.add(shortcut ? through(y, shortcut) : y));
      }
      return { y: y.mean([1, 2]), updates };
    },
  };
}
