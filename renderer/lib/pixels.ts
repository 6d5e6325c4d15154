/**
 * One sample of a packed grid as RGBA bytes.
 * @param data Unsigned bytes, row-major [n, h, w, c] with 1, 3 or 4 channels
 */
export function rgbaOf(
  data: Uint8Array,
  shape: readonly [number, number, number],
  index: number,
): Uint8ClampedArray<ArrayBuffer> {
  const [height, width, channels] = shape;
  const size = height * width;
  const start = index * size * channels;
  const rgba = new Uint8ClampedArray(size * 4);
  const colour = channels >= 3;
  for (let pixel = 0; pixel < size; pixel++) {
    const from = start + pixel * channels;
    const to = pixel * 4;
    rgba[to] = data[from] ?? 0;
    rgba[to + 1] = data[colour ? from + 1 : from] ?? 0;
    rgba[to + 2] = data[colour ? from + 2 : from] ?? 0;
    rgba[to + 3] = channels === 4 ? (data[from + 3] ?? 255) : 255;
  }
  return rgba;
}
