import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { bool, float, int, type ParamsOf } from '../../core/params.ts';
import type { Rng } from '../../core/rng.ts';
import { truncatedNormal } from '../layers/initial.ts';
import { prefixed, within } from '../layers/names.ts';
import { patchesOf, rowsAt } from '../layers/patches.ts';
import { gridPositions } from '../layers/positions.ts';
import { allTrainable, dense, denseInit, transformer, transformerInit } from '../layers/transformer.ts';
import type {
  BuildContext,
  BuiltMethod,
  HostTensors,
  Network,
  PatchTokens,
  SslMethod,
  Tensors,
} from '../method.ts';

const params = {
  maskRatio: float(0.75, { min: 0.05, max: 0.95, step: 0.05, doc: 'Share of the patches that are hidden.' }),
  normaliseTargets: bool(
    true,
    'Asks for each patch’s pixels less their mean and over their deviation, which makes better representations.',
  ),
  decoderWidth: int(96, {
    min: 4,
    max: 1024,
    step: 4,
    doc: 'Numbers per token in the decoder; a multiple of decoderHeads and of 4.',
  }),
  decoderDepth: int(2, { min: 1, max: 12, doc: 'Transformer blocks of the decoder.' }),
  decoderHeads: int(3, { min: 1, max: 16, doc: 'Attention heads of the decoder.' }),
} as const;

type Given = ParamsOf<typeof params>;

/** Added to the variance of a patch, as in the authors' code. */
const EPSILON = 1e-6;

/** Each patch's numbers less their mean, over their deviation (divided by n - 1); patches [n, t, values]. */
export function normalisedPatches(patches: tf.Tensor3D): tf.Tensor3D {
  const values = patches.shape[2];
  const centred = patches.sub(patches.mean(2, true));
  const variance = centred
    .square()
    .sum(2, true)
    .div(Math.max(1, values - 1));
  return centred.mul(variance.add(EPSILON).rsqrt()) as tf.Tensor3D;
}

/** Mean squared error of hidden patches alone; predicted and targets [n, t, values], hidden [n, t] of 0 and 1. */
export function maskedPatchLoss(
  predicted: tf.Tensor3D,
  targets: tf.Tensor3D,
  hidden: tf.Tensor2D,
): tf.Scalar {
  const errors = predicted.sub(targets).square().mean(2); // [n, t]
  return errors.mul(hidden).sum().div(hidden.sum()) as tf.Scalar;
}

/**
 * A random choice of patches for `count` images: places of the `kept` visible ones [count, kept], where each patch stands among visible
 * ones followed by hidden ones [count, patches], and which are hidden [count, patches].
 */
export function drawMasks(rng: Rng, count: number, patches: number, kept: number): HostTensors {
  const visible = new Int32Array(count * kept);
  const restore = new Int32Array(count * patches);
  const hidden = new Float32Array(count * patches).fill(1);
  for (let image = 0; image < count; image++) {
    rng.permutation(patches).forEach((place, at) => {
      restore[image * patches + place] = at;
      if (at >= kept) return;
      visible[image * kept + at] = place;
      hidden[image * patches + place] = 0;
    });
  }
  return {
    visible: { shape: [count, kept], dtype: 'int32', data: visible },
    restore: { shape: [count, patches], dtype: 'int32', data: restore },
    hidden: { shape: [count, patches], dtype: 'float32', data: hidden },
  };
}

/** From the encoder's tokens to the decoder's, with the token that stands for hidden patches. */
function bridgeNetwork(from: number, width: number): Network {
  return {
    dim: width,
    init: (rng) =>
      allTrainable({ ...denseInit(rng, from, width), mask: truncatedNormal(rng, [1, 1, width], 0.02) }),
    apply: (tensors, x) => ({ y: dense(tensors, x), updates: {} }),
  };
}

/** Tokens [n, t, width], after a class token or not, with fixed positions -> pixels of every patch [n, t, values]. */
function decoderNetwork(
  { decoderWidth: width, decoderDepth: depth, decoderHeads: heads }: Given,
  { grid, classToken }: PatchTokens,
  values: number,
): Network {
  const shape = { width, depth, heads, ratio: 4 };
  const patches = grid[0] * grid[1];
  return {
    dim: values,
    init: (rng) =>
      allTrainable({
        ...prefixed(transformerInit(rng, shape), 'blocks'),
        ...prefixed(denseInit(rng, width, values), 'pixels'),
      }),
    apply(tensors, x) {
      const positions = tf.tensor2d(gridPositions(...grid, width), [patches, width]);
      const placed = classToken ? positions.pad([[1, 0], [0, 0]]) : positions; // prettier-ignore
      const given = x.add(placed) as tf.Tensor3D;
      const tokens = transformer(within(tensors, 'blocks'), given, shape);
      const own = tokens.slice([0, classToken ? 1 : 0, 0], [-1, patches, -1]);
      return { y: dense(within(tensors, 'pixels'), own), updates: {} };
    },
  };
}

/** What the decoder makes of an image of which it was shown the visible patches: [n, t, values]. */
function reconstruct(
  patches: PatchTokens,
  decoder: Network,
  tensors: Tensors,
  x: tf.Tensor4D,
  drawn: Tensors,
): tf.Tensor3D {
  const { visible, restore } = drawn as Readonly<Record<'visible' | 'restore', tf.Tensor2D>>;
  const [count, kept] = visible.shape;
  const bridge = within(tensors, 'bridge');
  const seen = dense(bridge, patches.encode(within(tensors, 'encoder'), x, visible)) as tf.Tensor3D;
  const first = patches.classToken ? 1 : 0;
  const [, total] = restore.shape;
  const filler = (bridge['mask'] as tf.Tensor3D).broadcastTo([count, total - kept, seen.shape[2]]);
  const tokens = tf.concat([seen.slice([0, first, 0], [-1, kept, -1]), filler], 1) as tf.Tensor3D;
  const ordered = rowsAt(tokens, restore);
  const whole = first === 1 ? tf.concat([seen.slice([0, 0, 0], [-1, 1, -1]), ordered], 1) : ordered;
  return decoder.apply(within(tensors, 'decoder'), whole, true).y as tf.Tensor3D;
}

/** @throws AppError invalidConfig if the encoder has no patches, none would be hidden or seen, or the decoder's width does not come out even */
function check(
  { decoderWidth: width, decoderHeads: heads, maskRatio }: Given,
  patches: number | null,
  kept: number,
): void {
  const refuse = (message: string, hint: string): never => {
    throw new AppError({ code: 'invalidConfig', message, hint });
  };
  if (patches === null)
    refuse(
      'Method mae encodes visible patches alone, which the chosen encoder cannot do.',
      'Set encoder.id to vit, or method.id to inpainting, which takes any encoder.',
    );
  if (patches !== null && (kept < 1 || kept >= patches))
    refuse(
      `Of ${patches} patches, method.params.maskRatio ${maskRatio} leaves ${kept} visible, but some must be visible and some hidden.`,
      'Set encoder.params.patch smaller, or method.params.maskRatio nearer to 0.75.',
    );
  if (width % heads !== 0 || width % 4 !== 0)
    refuse(
      `method.params.decoderWidth is ${width}, which is no multiple of 4 and of its ${heads} heads.`,
      `Set method.params.decoderWidth to a multiple of ${4 * heads}.`,
    );
}

function build(given: Given, { encoder, shape, batchSize }: BuildContext): BuiltMethod {
  const total = encoder.patches ? encoder.patches.grid[0] * encoder.patches.grid[1] : null;
  const kept = Math.floor((total ?? 0) * (1 - given.maskRatio));
  check(given, total, kept);
  const patches = encoder.patches as PatchTokens;
  const decoder = decoderNetwork(given, patches, patches.patch ** 2 * shape[2]);
  return {
    networks: { encoder, bridge: bridgeNetwork(encoder.dim, given.decoderWidth), decoder },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    draw: (rng) => drawMasks(rng, batchSize, total as number, kept),
    loss(tensors, { views, drawn }) {
      const x = views[0] as tf.Tensor4D;
      const pixels = patchesOf(x, patches.patch);
      const targets = given.normaliseTargets ? normalisedPatches(pixels) : pixels;
      const predicted = reconstruct(patches, decoder, tensors, x, drawn);
      return {
        loss: maskedPatchLoss(predicted, targets, drawn['hidden'] as tf.Tensor2D),
        metrics: {},
        updates: {},
      };
    },
  };
}

/**
 * Hides most patches of an image, encodes the rest and reconstructs what was hidden.
 * Deviation: a smaller decoder, for small images.
 */
export const mae: SslMethod = {
  id: 'mae',
  title: 'Masked autoencoder',
  family: 'Reconstruction',
  hint: 'masked patches',
  summary: 'Learns by reconstructing the pixels of hidden patches from the few that it sees.',
  reference: {
    paper: 'He, Chen, Xie, Li, Dollár, Girshick: Masked autoencoders are scalable vision learners, CVPR 2022',
    url: 'https://arxiv.org/abs/2111.06377',
    code: 'https://github.com/facebookresearch/mae',
  },
  modalities: ['image'],
  usesLabels: false,
  viewCount: 1,
  needs: 'patches',
  params,
  views: [
    { id: 'resizedCrop', params: { scale: [0.2, 1], ratio: [0.75, 4 / 3] }, enabled: true },
    { id: 'horizontalFlip', params: { p: 0.5 }, enabled: true },
  ],
  build: (given, context) => build(given as Given, context),
};
