import * as tf from '@tensorflow/tfjs';

import { arrayOf, constant, gather, reshape, where } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

/** Alpha that TensorFlow.js gives to pixels from outside, where images have four channels and a fill per channel. */
const OPAQUE = 255;

/** Rotation to the nearest pixel. The angle is known beforehand, so it is a gather with constant indices. */
function rotate(call: KernelCall): GraphNode {
  const image = call.node('image');
  const [n = 1, h = 1, w = 1, c = 1] = image.shape;
  const sources = sourcePixels(call, h, w);
  const index = constant(
    arrayOf(
      sources.map((source) => Math.max(0, source)),
      'int32',
    ),
    [h * w],
    'int32',
  );
  const inside = constant(
    arrayOf(
      sources.map((source) => (source < 0 ? 0 : 1)),
      'bool',
    ),
    [h, w, 1],
    'bool',
  );
  const turned = reshape(gather(reshape(image, [n, h * w, c]), index, 1), [n, h, w, c]);
  const fill = constant(arrayOf(fillOf(call, c), image.dtype), [c], image.dtype);
  return where(inside, turned, fill);
}

/** Flat index of the pixel that each target pixel shows; -1 where that lies outside. */
function sourcePixels(call: KernelCall, h: number, w: number): number[] {
  const radians = call.number('radians');
  const [centerX, centerY] = tf.backend_util.getImageCenter(
    call.attribute<number | [number, number]>('center'),
    h,
    w,
  );
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  return Array.from({ length: h * w }, (_, index) => {
    const dx = (index % w) - centerX;
    const dy = Math.floor(index / w) - centerY;
    const x = Math.round(dx * cos - dy * sin + centerX);
    const y = Math.round(dx * sin + dy * cos + centerY);
    return x >= 0 && x < w && y >= 0 && y < h ? y * w + x : -1;
  });
}

function fillOf(call: KernelCall, channels: number): number[] {
  const fill = call.attribute<number | number[]>('fillValue');
  return Array.from({ length: channels }, (_, channel) => {
    if (typeof fill === 'number') return fill;
    return channel === 3 ? OPAQUE : (fill[channel] ?? 0);
  });
}

export const rotation: KernelFamily = { RotateWithOffset: rotate };
