const ACROSS = 9;
const DOWN = 8;

/** Bytes of a thumbnail. */
export const THUMBNAIL_BYTES = ACROSS * DOWN;

/** An image brought to 9 x 8 grey values, by which near copies are told. @param shape height, width, channels */
export function greyThumbnail(pixels: Uint8Array, shape: readonly [number, number, number]): Uint8Array {
  const [height, width, channels] = shape;
  const thumbnail = new Uint8Array(THUMBNAIL_BYTES);
  for (let y = 0; y < DOWN; y++)
    for (let x = 0; x < ACROSS; x++) {
      const [top, bottom] = span(y, DOWN, height);
      const [left, right] = span(x, ACROSS, width);
      let sum = 0;
      for (let row = top; row < bottom; row++)
        for (let at = (row * width + left) * channels; at < (row * width + right) * channels; at++)
          sum += pixels[at] ?? 0;
      thumbnail[y * ACROSS + x] = Math.round(sum / ((bottom - top) * (right - left) * channels));
    }
  return thumbnail;
}

/** Pixels of cell `index` out of `cells`; at least one. */
function span(index: number, cells: number, side: number): readonly [number, number] {
  const from = Math.min(side - 1, Math.floor((index * side) / cells));
  return [from, Math.max(from + 1, Math.floor(((index + 1) * side) / cells))];
}

/**
 * Difference hash (dHash; Krawetz 2013): 64 bits, whether each grey value is darker than its right neighbour, as two whole numbers.
 * Copies in another size, quality or brightness have nearly the same.
 */
export function differenceHash(thumbnail: Uint8Array): readonly [number, number] {
  const halves: [number, number] = [0, 0];
  for (let y = 0; y < DOWN; y++)
    for (let x = 0; x < ACROSS - 1; x++) {
      const at = y * ACROSS + x;
      const half = y < DOWN / 2 ? 0 : 1;
      const darker = (thumbnail[at] ?? 0) < (thumbnail[at + 1] ?? 0) ? 1 : 0;
      halves[half] = ((halves[half] << 1) | darker) >>> 0;
    }
  return halves;
}

/** Bits in which two hashes differ. */
export function hammingDistance(a: readonly [number, number], b: readonly [number, number]): number {
  return ones(a[0] ^ b[0]) + ones(a[1] ^ b[1]);
}

function ones(value: number): number {
  let rest = value - ((value >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
