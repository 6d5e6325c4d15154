/** Bytes 0..255 as numbers 0..1. */
export function brightness(bytes: Uint8Array): Float32Array {
  const result = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) result[i] = (bytes[i] as number) / 255;
  return result;
}
