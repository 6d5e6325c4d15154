/** Header of a NumPy file, format 1.0, little-endian float32 in C order (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const inner = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${inner}), }`;
  // Magic, version and length take 10 bytes; the whole header ends with a line feed at a multiple of 64.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(10 + length).fill(0x20);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 0xff, length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[bytes.length - 1] = 0x0a;
  return bytes;
}
