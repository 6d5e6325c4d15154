import * as tf from '@tensorflow/tfjs';

import type { Recorder } from './recorder.ts';

type Shape = readonly number[];

/**
 * Kernels that show one value under another shape. As in TensorFlow.js's own backends their result shares its
 * input's data, whatever it is, so nothing is recorded until somebody computes with it.
 */
const VIEWS: Readonly<
  Record<string, { readonly input: string; readonly shape: (x: Shape, attrs: Attributes) => Shape }>
> = {
  Identity: { input: 'x', shape: (x) => x },
  Reshape: { input: 'x', shape: (x, attrs) => reshaped(x, attrs['shape'] as number[]) },
  ExpandDims: { input: 'input', shape: (x, attrs) => expanded(x, attrs['dim'] as number) },
};

type Attributes = Readonly<Record<string, unknown>>;

/** Names of the kernels that are views. */
export const viewKernels: readonly string[] = Object.keys(VIEWS);

/** A second handle on an input, in the shape that the kernel gives it. Throws where elements do not fit. */
export function view(
  recorder: Recorder,
  kernelName: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Attributes,
): tf.TensorInfo {
  const rule = VIEWS[kernelName];
  const x = rule === undefined ? undefined : inputs[rule.input];
  if (rule === undefined || x === undefined)
    throw new Error(`The kernel ${kernelName} was called without its input.`);
  const shape = [...rule.shape(x.shape, attrs)];
  recorder.incRef(x.dataId);
  return { dataId: x.dataId, shape, dtype: x.dtype };
}

function reshaped(x: Shape, wanted: number[]): Shape {
  const size = tf.util.sizeFromShape([...x]);
  const shape = tf.util.inferFromImplicitShape(wanted, size);
  if (tf.util.sizeFromShape(shape) !== size)
    throw new Error(`A tensor of shape [${x.join(',')}] does not reshape to [${shape.join(',')}].`);
  return shape;
}

function expanded(x: Shape, dim: number): Shape {
  if (dim < -x.length - 1 || dim > x.length)
    throw new Error(
      `Axis ${dim} is outside [${-x.length - 1}, ${x.length}] for expandDims of [${x.join(',')}].`,
    );
  const axis = dim < 0 ? dim + x.length + 1 : dim;
  return [...x.slice(0, axis), 1, ...x.slice(axis)];
}
