import { AppError } from '../../../preload/contract/errors.ts';

/** Numbers of an array and its shape. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** A NumPy file, format 1.0, little-endian and in C order (numpy.org, "NPY format"). */
export function encodeNpy(
  shape: readonly number[],
  data: Float64Array | Float32Array | Int32Array,
): Uint8Array {
  const kind = data instanceof Int32Array ? '<i4' : data instanceof Float32Array ? '<f4' : '<f8';
  const inner = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${inner}), }`;
  // Magic, version and length take 10 bytes; the header ends with a line feed at a multiple of 64.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length + data.byteLength).fill(0x20, 10, 10 + length);
  bytes.set([...MAGIC, 1, 0, length & 0xff, length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[10 + length - 1] = 0x0a;
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length);
  return bytes;
}

/**
 * Reads a matrix of float32 as the trainer writes representations.
 * @throws AppError invalidData if it is anything else
 */
export function parseFloat32Npy(bytes: Uint8Array): NpyArray {
  const length = (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0);
  const text = new TextDecoder().decode(bytes.subarray(10, 10 + length));
  const shape = /'shape': \(([\d, ]+)\)/.exec(text)?.[1]?.split(',').filter((part) => part.trim() !== '').map(Number); // prettier-ignore
  // A copy of its own: the bytes of a Buffer may lie unaligned in a larger one.
  const body = new Uint8Array(bytes.subarray(10 + length));
  const fits = shape !== undefined && shape.reduce((product, size) => product * size, 4) === body.length;
  if (
    MAGIC.every((byte, at) => bytes[at] === byte) &&
    text.includes("'<f4'") &&
    text.includes('False') &&
    fits
  )
    return { shape, data: new Float32Array(body.buffer) };
  throw new AppError({
    code: 'invalidData',
    message: 'The representations file is not a NumPy matrix of float32.',
    hint: 'Audit the run again to make it anew.',
  });
}
