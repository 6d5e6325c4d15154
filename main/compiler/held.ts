import * as tf from '@tensorflow/tfjs';

import { arrayOf, constant, expand, isSplat, scalar } from './build.ts';
import type { GraphNode, HostData } from './graph.ts';
import { sizeOf } from './graph.ts';

/** A complex tensor is two float32 nodes of the same shape. */
export interface ComplexNode {
  readonly real: GraphNode;
  readonly imaginary: GraphNode;
}

/** What a tensor of the recorder stands for: a node, two of them, or strings, which no graph holds. */
export type Held = GraphNode | ComplexNode | readonly Uint8Array[];

type Values = tf.backend_util.BackendValues;

/** True for strings, which TensorFlow.js passes around as UTF-8 bytes. */
export function isStrings(held: Held): held is readonly Uint8Array[] {
  return Array.isArray(held);
}

/** True for a complex tensor. */
export function isComplex(held: Held): held is ComplexNode {
  return 'imaginary' in held;
}

/** The nodes behind a tensor: one, two for a complex one, none for strings. */
export function nodesBehind(held: Held): GraphNode[] {
  if (isStrings(held)) return [];
  return isComplex(held) ? [held.real, held.imaginary] : [held];
}

/** Values as TensorFlow.js hands them over; complex ones come with real and imaginary parts taking turns. */
export function heldValues(values: Values, shape: readonly number[], dtype: tf.DataType): Held {
  if (dtype === 'string') return encoded(values as ArrayLike<unknown> as readonly (string | Uint8Array)[]);
  const numbers = values as ArrayLike<number> & Values;
  if (dtype === 'complex64') {
    const { real, imag } = tf.backend_util.splitRealAndImagArrays(Float32Array.from(numbers));
    return { real: constant(real, shape, 'float32'), imaginary: constant(imag, shape, 'float32') };
  }
  return constant(typedValues(numbers, dtype), shape, dtype);
}

function encoded(strings: readonly (string | Uint8Array)[]): Uint8Array[] {
  return [...strings].map((text) => (typeof text === 'string' ? tf.util.encodeString(text) : text));
}

function typedValues(values: ArrayLike<number> & Values, dtype: 'float32' | 'int32' | 'bool'): HostData {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return values instanceof Uint8Array ? values : Uint8Array.from(values);
}

/** Smaller constants are kept as they are. */
const SMALLEST_COMPACTED = 256;

/**
 * One repeated value as an expanded scalar. TensorFlow.js's gradients of sums make ones as large as what was summed;
 * kept as they are, those of a transformer take 100 MiB and a second of hashing.
 */
export function compacted(held: Held): Held {
  if (isStrings(held) || isComplex(held) || sizeOf(held.shape) < SMALLEST_COMPACTED) return held;
  const first = held.data?.[0];
  if (typeof first !== 'number' || !isSplat(held, first)) return held;
  return expand(scalar(first, held.dtype), held.shape);
}

/** True for a constant, or one number expanded. */
export function isKnown(node: GraphNode): boolean {
  if (node.op === 'Constant') return true;
  const source = node.op === 'Expand' ? node.inputs[0] : undefined;
  return source?.op === 'Constant' && sizeOf(source.shape) === 1;
}

/** The values of a tensor whose nodes are all known, as TensorFlow.js wants them. */
export function hostValues(held: Held): Values {
  if (isStrings(held)) return [...held];
  if (!isComplex(held)) return valuesOf(held) as Values;
  const { real, imaginary } = held;
  return tf.backend_util.mergeRealAndImagArrays(
    valuesOf(real) as Float32Array,
    valuesOf(imaginary) as Float32Array,
  );
}

function valuesOf(node: GraphNode): HostData {
  if (node.data !== null) return node.data;
  const single = node.inputs[0]?.data?.[0];
  const repeated = Array.from({ length: sizeOf(node.shape) }, () => Number(single));
  return arrayOf(repeated, node.dtype);
}
