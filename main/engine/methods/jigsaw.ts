import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { bool, int, type ParamsOf } from '../../core/params.ts';
import type { Rng } from '../../core/rng.ts';
import { mlp } from '../layers/mlp.ts';
import { prefixed, within } from '../layers/names.ts';
import { rowsAt } from '../layers/patches.ts';
import { accuracy, crossEntropy } from '../losses/crossEntropy.ts';
import { METRICS } from '../metricNames.ts';
import type { BuildContext, BuiltMethod, HostTensors, SslMethod } from '../method.ts';

const params = {
  grid: int(2, { min: 2, max: 3, doc: 'Tiles down and across: 2 for small images, 3 as in the paper.' }),
  permutations: int(24, {
    min: 2,
    max: 1000,
    doc: 'Orders to tell apart, chosen to differ in as many places as can be; 4 tiles have 24.',
  }),
  gap: int(2, {
    min: 0,
    max: 32,
    unit: 'pixels',
    doc: 'How much smaller than its cell a tile is; it stands at a random place there, so that edges do not go on.',
  }),
  normaliseTiles: bool(
    true,
    'Takes mean and deviation off each tile, so that brightness does not give neighbours away.',
  ),
  hidden: int(256, { min: 8, max: 4096, doc: 'Width of the hidden layer that reads all tiles.' }),
} as const;

type Given = ParamsOf<typeof params>;
type Drawn = Readonly<Record<'offsets' | 'order' | 'code', tf.Tensor>>;

/** All orders of 0..count-1, in the order of the alphabet. */
function everyOrder(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  const shorter = everyOrder(count - 1);
  return Array.from({ length: count }, (_, first) =>
    shorter.map((rest) => [first, ...rest.map((place) => (place >= first ? place + 1 : place))]),
  ).flat();
}

/**
 * Orders of so many tiles that differ in as many places as can be: to those chosen comes each time the one with the largest mean Hamming
 * distance to them (algorithm 1 of the paper, the first order and the first of equals instead of random ones).
 */
export function distantOrders(tiles: number, count: number): readonly (readonly number[])[] {
  const all = everyOrder(tiles);
  // Sums of distances; -1 for those chosen already.
  const distances = new Int32Array(all.length);
  const chosen: (readonly number[])[] = [];
  for (
    let next = 0;
    chosen.length < Math.min(count, all.length);
    next = distances.indexOf(largest(distances))
  ) {
    const order = all[next] as readonly number[];
    chosen.push(order);
    all.forEach((other, index) => {
      if (distances[index] === -1) return;
      let differing = 0;
      for (let place = 0; place < tiles; place++) if (other[place] !== order[place]) differing++;
      distances[index] = (distances[index] as number) + differing;
    });
    distances[next] = -1;
  }
  return chosen;
}

function largest(values: Int32Array): number {
  return values.reduce((most, value) => Math.max(most, value), -1);
}

/** One-hot rows [n, size, extent] that pick pixels start..start+size-1; start [n, 1] of whole numbers. */
function picking(start: tf.Tensor2D, size: number, extent: number): tf.Tensor3D {
  const wanted = start.add(tf.range(0, size).reshape([1, size])).reshape([-1, size, 1]);
  return tf.relu(
    wanted
      .sub(tf.range(0, extent).reshape([1, 1, extent]))
      .abs()
      .neg()
      .add(1),
  ) as tf.Tensor3D;
}

/** The tile [n, h, w, c] of images x whose upper left corners are at top and left [n, 1]. */
function cut(
  x: tf.Tensor4D,
  top: tf.Tensor2D,
  left: tf.Tensor2D,
  [h, w]: readonly [number, number],
): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const rows = tf.matMul(picking(top, h, height), x.reshape([count, height, width * channels]));
  const byColumn = rows.reshape([count, h, width, channels]).transpose([0, 2, 1, 3]);
  const tile = tf.matMul(picking(left, w, width), byColumn.reshape([count, width, h * channels]));
  return tile.reshape([count, w, h, channels]).transpose([0, 2, 1, 3]) as tf.Tensor4D;
}

/** All tiles, sample by sample [n * grid * grid, h, w, c]; offsets [n, tiles, 2] say where each stands in its cell. */
export function tilesOf(x: tf.Tensor4D, offsets: tf.Tensor3D, grid: number, gap: number): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const cell = [Math.floor(height / grid), Math.floor(width / grid)] as const;
  const size = [cell[0] - gap, cell[1] - gap] as const;
  const tiles = Array.from({ length: grid * grid }, (_, tile) => {
    const at = (axis: 0 | 1, place: number): tf.Tensor2D =>
      offsets
        .slice([0, tile, axis], [count, 1, 1])
        .reshape([count, 1])
        .add(place * cell[axis]) as tf.Tensor2D;
    return cut(x, at(0, Math.floor(tile / grid)), at(1, tile % grid), size);
  });
  return tf.stack(tiles, 1).reshape([count * grid * grid, size[0], size[1], channels]);
}

/** Each tile less its mean, over its deviation (divided by n - 1), channel by channel; flat ones become 0. */
export function normalisedTiles(tiles: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = tiles.shape;
  const centred = tiles.sub(tiles.mean([1, 2], true));
  const variance = centred
    .square()
    .sum([1, 2], true)
    .div(Math.max(1, height * width - 1));
  return centred.div(variance.sqrt().add(variance.less(1e-12).toFloat())) as tf.Tensor4D;
}

function draw(
  rng: Rng,
  { grid, gap }: Given,
  orders: readonly (readonly number[])[],
  count: number,
): HostTensors {
  const tiles = grid * grid;
  const offsets = Float32Array.from({ length: count * tiles * 2 }, () => rng.below(gap + 1));
  const code = Int32Array.from({ length: count }, () => rng.below(orders.length));
  const order = Int32Array.from([...code].flatMap((chosen) => orders[chosen] ?? []));
  return {
    offsets: { shape: [count, tiles, 2], dtype: 'float32', data: offsets },
    order: { shape: [count, tiles], dtype: 'int32', data: order },
    code: { shape: [count], dtype: 'int32', data: code },
  };
}

/** @throws AppError invalidConfig if tiles become too small, or do not fit the encoder's patches, or there are not so many orders */
function check({ grid, gap, permutations }: Given, { encoder, shape }: BuildContext): void {
  const refuse = (message: string, hint: string): never => {
    throw new AppError({ code: 'invalidConfig', message, hint });
  };
  const size = [Math.floor(shape[0] / grid) - gap, Math.floor(shape[1] / grid) - gap] as const;
  if (Math.min(...size) < 2)
    refuse(
      `Tiles of a grid of ${grid} x ${grid} with a gap of ${gap} would be ${size[0]} x ${size[1]} pixels, and 2 x 2 is the least.`,
      'Lower method.params.gap or method.params.grid, or import larger images.',
    );
  const patch = encoder.patches?.patch ?? 1;
  if (size[0] % patch !== 0 || size[1] % patch !== 0)
    refuse(
      `Tiles of ${size[0]} x ${size[1]} cannot be cut into the encoder’s patches of ${patch} x ${patch}.`,
      'Change method.params.gap or encoder.params.patch, or choose a convolutional encoder.',
    );
  if (grid === 2 && permutations > 24)
    refuse(
      `4 tiles have 24 orders, but method.params.permutations is ${permutations}.`,
      'Set method.params.permutations to 24 or less, or method.params.grid to 3.',
    );
}

function build(given: Given, context: BuildContext): BuiltMethod {
  check(given, context);
  const { encoder, batchSize } = context;
  const { grid, gap, hidden } = given;
  const tiles = grid * grid;
  const orders = distantOrders(tiles, given.permutations);
  const head = mlp({ widths: [tiles * encoder.dim, hidden, orders.length], batchNorm: true });
  return {
    networks: { encoder, head },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    draw: (rng) => draw(rng, given, orders, batchSize),
    loss(tensors, { views, drawn }) {
      const { offsets, order, code } = drawn as Drawn;
      const cutOut = tilesOf(views[0] as tf.Tensor4D, offsets as tf.Tensor3D, grid, gap);
      const shown = given.normaliseTiles ? normalisedTiles(cutOut) : cutOut;
      const h = encoder.apply(within(tensors, 'encoder'), shown, true);
      const ordered = rowsAt(h.y.reshape([batchSize, tiles, encoder.dim]), order as tf.Tensor2D);
      const found = head.apply(
        within(tensors, 'head'),
        ordered.reshape([batchSize, tiles * encoder.dim]),
        true,
      );
      const logits = found.y as tf.Tensor2D; // [n, orders]
      return {
        loss: crossEntropy(logits, tf.oneHot(code as tf.Tensor1D, orders.length).toFloat() as tf.Tensor2D),
        metrics: { [METRICS.pretextAccuracy]: accuracy(logits, code as tf.Tensor1D) },
        updates: { ...prefixed(h.updates, 'encoder'), ...prefixed(found.updates, 'head') },
      };
    },
  };
}

/**
 * Tells in which order the tiles of an image were shuffled. All tiles of a batch go through one encoder together.
 * Deviations: any encoder instead of AlexNet, whose pooled representations of all tiles the head reads; 2 x 2 tiles by default.
 */
export const jigsaw: SslMethod = {
  id: 'jigsaw',
  title: 'Jigsaw puzzles',
  family: 'Pretext task',
  hint: 'order of tiles',
  summary: 'Learns by telling in which order the tiles of an image were shuffled.',
  reference: {
    paper:
      'Noroozi, Favaro: Unsupervised learning of visual representations by solving jigsaw puzzles, ECCV 2016',
    url: 'https://arxiv.org/abs/1603.09246',
    code: 'https://github.com/MehdiNoroozi/JigsawPuzzleSolver',
  },
  modalities: ['image'],
  usesLabels: false,
  viewCount: 1,
  params,
  views: [
    { id: 'resizedCrop', params: { scale: [0.6, 1], ratio: [0.75, 4 / 3] }, enabled: true },
    { id: 'horizontalFlip', params: { p: 0.5 }, enabled: true },
    {
      id: 'colourJitter',
      params: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, p: 0.8 },
      enabled: true,
    },
    { id: 'grayscale', params: { p: 0.3 }, enabled: true },
  ],
  build: (given, context) => build(given as Given, context),
};
