import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { choice, int, type ParamsOf } from '../../core/params.ts';
import { truncatedNormal } from '../layers/initial.ts';
import { prefixed, within } from '../layers/names.ts';
import { patchesOf, rowsAt } from '../layers/patches.ts';
import { gridPositions, resizedGrid } from '../layers/positions.ts';
import { allTrainable, dense, denseInit, transformer, transformerInit } from '../layers/transformer.ts';
import type { Encoder, Network, PatchTokens, Tensors } from '../method.ts';

const params = {
  patch: int(4, {
    min: 1,
    max: 32,
    unit: 'pixels',
    doc: 'Side of a patch; height and width are multiples of it.',
  }),
  width: int(192, { min: 8, max: 1024, step: 4, doc: 'Numbers per token, and of the representation.' }),
  depth: int(12, { min: 1, max: 24, doc: 'Transformer blocks.' }),
  heads: int(3, { min: 1, max: 16, doc: 'Attention heads; the width is a multiple of them.' }),
  ratio: int(4, { min: 1, max: 8, doc: 'Hidden width of a block’s MLP over its width.' }),
  pooling: choice(
    'mean',
    ['mean', 'token'],
    'The representation: the mean of all patches’ tokens, or a class token that looks at them.',
  ),
  positions: choice(
    'sinCos',
    ['sinCos', 'learned'],
    'Where patches are: fixed sines and cosines of row and column, or learned numbers.',
  ),
} as const;

type Given = ParamsOf<typeof params>;
type Shape = readonly [number, number, number];

/** @throws AppError invalidConfig if the image cannot be cut into patches, or a token into heads or waves */
function check({ patch, width, heads, positions }: Given, [height, across]: Shape): void {
  const refuse = (message: string, hint: string): never => {
    throw new AppError({ code: 'invalidConfig', message, hint });
  };
  if (height % patch !== 0 || across % patch !== 0)
    refuse(
      `Encoder vit cuts images of ${height} x ${across} into patches of ${patch} x ${patch}, which does not come out even.`,
      'Set encoder.params.patch to a divisor of height and width, or import the images with another size.',
    );
  if (width % heads !== 0)
    refuse(
      `Encoder vit splits ${width} numbers per token among ${heads} heads, which does not come out even.`,
      'Set encoder.params.width to a multiple of encoder.params.heads.',
    );
  if (positions === 'sinCos' && width % 4 !== 0)
    refuse(
      `Fixed positions need a width divisible by 4, but encoder.params.width is ${width}.`,
      'Set encoder.params.width to a multiple of 4, or encoder.params.positions to learned.',
    );
}

/** Patches as tokens with their positions; images may be of another size than the network was built for. */
function patchTokens(
  given: Given,
  grid: readonly [number, number],
  tensors: Tensors,
  x: tf.Tensor4D,
): tf.Tensor3D {
  const { patch, width, positions } = given;
  const to = [x.shape[1] / patch, x.shape[2] / patch] as const;
  const table =
    positions === 'learned'
      ? (tensors['positions'] as tf.Tensor2D)
      : tf.tensor2d(gridPositions(...grid, width), [grid[0] * grid[1], width]);
  return dense(within(tensors, 'patches'), patchesOf(x, patch)).add(resizedGrid(table, grid, to));
}

/** The class token [1, 1, width] with its position, before the tokens [n, t, width]. */
function withClassToken(tensors: Tensors, tokens: tf.Tensor3D): tf.Tensor3D {
  const [count, , width] = tokens.shape;
  return tf.concat([(tensors['classToken'] as tf.Tensor3D).broadcastTo([count, 1, width]), tokens], 1);
}

function network(given: Given, [height, across, channels]: Shape): Network {
  const { patch, width, pooling, positions } = given;
  const grid = [height / patch, across / patch] as const;
  const encode: PatchTokens['encode'] = (tensors, x, visible) => {
    const all = patchTokens(given, grid, tensors, x);
    const patches = visible === null ? all : rowsAt(all, visible);
    const tokens = pooling === 'token' ? withClassToken(tensors, patches) : patches;
    return transformer(within(tensors, 'blocks'), tokens, given);
  };
  return {
    dim: width,
    patches: { patch, grid, classToken: pooling === 'token', encode },
    init(rng) {
      const values = {
        ...prefixed(denseInit(rng, patch * patch * channels, width), 'patches'),
        ...(positions === 'learned'
          ? { positions: truncatedNormal(rng, [grid[0] * grid[1], width], 0.02) }
          : {}),
        ...(pooling === 'token' ? { classToken: truncatedNormal(rng, [1, 1, width], 0.02) } : {}),
        ...prefixed(transformerInit(rng, given), 'blocks'),
      };
      return allTrainable(values);
    },
    apply(tensors, x) {
      const tokens = encode(tensors, x as tf.Tensor4D, null);
      const y = pooling === 'token' ? tokens.slice([0, 0, 0], [-1, 1, -1]).squeeze([1]) : tokens.mean(1);
      return { y, updates: {} };
    },
  };
}

/**
 * Vision transformer, tiny: pre-norm blocks with GELU and layer norm alone, so that samples never see each other. Height and width are cut
 * into patches; smaller images, such as local crops, get positions stretched to their grid.
 */
export const vit: Encoder = {
  id: 'vit',
  title: 'ViT-tiny',
  summary: 'Cuts images into patches and lets a transformer look at all of them; needed by MAE.',
  reference: {
    paper:
      'Dosovitskiy et al.: An image is worth 16x16 words: transformers for image recognition at scale, ICLR 2021; Touvron et al. 2021 (tiny)',
    url: 'https://arxiv.org/abs/2010.11929',
    code: 'https://github.com/google-research/vision_transformer',
  },
  modalities: ['image'],
  params,
  build(given, shape) {
    check(given as Given, shape);
    return network(given as Given, shape);
  },
};
