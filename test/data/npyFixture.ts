/** A file of numpy.save (version 1) with these values in order. */
export function npy(
  shape: readonly number[],
  values: readonly (number | string)[],
  descr = '<f4',
  fortran = false,
): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const header = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const start = Buffer.alloc(10);
  start.write('\x93NUMPY\x01\x00', 'latin1');
  start.writeUInt16LE(header.length, 8);
  return new Uint8Array(Buffer.concat([start, Buffer.from(header, 'latin1'), ...values.map((value) => bytesOf(value, descr))])); // prettier-ignore
}

function bytesOf(value: number | string, descr: string): Buffer {
  const width = Number(descr.slice(2));
  const bytes = Buffer.alloc(descr[1] === 'U' ? 4 * width : width || 8);
  if (typeof value === 'string')
    [...value].forEach((c, i) => bytes.writeUInt32LE(c.codePointAt(0) ?? 0, 4 * i));
  else if (descr === '<f4') bytes.writeFloatLE(value);
  else if (descr === '<f8') bytes.writeDoubleLE(value);
  else if (descr === '<i8') bytes.writeBigInt64LE(BigInt(value));
  else if (descr === '>i2') bytes.writeInt16BE(value);
  else bytes[0] = value;
  return bytes;
}
