import sharp from 'sharp';

/** Images with more pixels than this are refused before they are decoded. */
export const MAX_PIXELS = 64_000_000;

/** Larger files are refused before they are opened. */
export const MAX_IMAGE_BYTES = 256 << 20;

/** Side in pixels that a data set gets if nothing is said: never above this. */
export const DEFAULT_LARGEST_SIDE = 64;

/** More channels than colour (at most CMYK) and transparency are no picture. */
const MAX_CHANNELS = 5;

// Files are untrusted, so that only these decoders may open them: drawings and documents (SVG, PDF), which can hold bombs and links, are never parsed.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((format) => `VipsForeignLoad${format}`),
});

/** Height and width of an image, upright. @throws Error with a phrase for the import report */
export async function measureImage(
  bytes: Uint8Array,
): Promise<{ readonly width: number; readonly height: number }> {
  const info = await sharp(bytes, { limitInputPixels: false }).metadata().catch(notAnImage);
  // Of floating-point pixels nobody says what is white.
  if (info.depth !== 'uchar' && info.depth !== 'ushort')
    throw new Error(`has pixels of the type ${info.depth}`);
  if (info.channels > MAX_CHANNELS) throw new Error(`has ${info.channels} channels`);
  const [width, height] = [info.width, info.pageHeight ?? info.height];
  if (width * height > MAX_PIXELS)
    throw new Error(`is ${width} x ${height} pixels, more than ${MAX_PIXELS} in all`);
  return { width, height };
}

/** An image as a data set keeps it, and the size it came in. */
export interface DecodedImage {
  readonly pixels: Uint8Array;
  /** Pixels of the file, before it was turned, cut and resized. */
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes an image to 8-bit RGB [size, size, 3]: turned upright by its EXIF orientation, transparency laid on white, the centre square
 * cut out and resized (Lanczos). Of an animation the first picture is taken. Only pixels are left: no metadata survives.
 * @throws Error with a phrase for the import report
 */
export async function decodeImage(bytes: Uint8Array, size: number): Promise<DecodedImage> {
  if (bytes.length === 0) throw new Error('is empty');
  const sides = await measureImage(bytes);
  const pixels = await sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .resize(size, size, { fit: 'cover', position: 'centre' })
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer()
    .catch((cause: unknown) => {
      throw new Error(`cannot be decoded (${firstLine(cause)})`);
    });
  return { pixels, ...sides };
}

/** Brings raw pixels [height, width, channels] to [size, size, channels] as `decodeImage` does. */
export async function resizeRaw(
  pixels: Uint8Array,
  shape: readonly [number, number, number],
  size: number,
): Promise<Uint8Array> {
  const [height, width, channels] = shape;
  if (channels !== 1 && channels !== 3) throw new Error(`has ${channels} channels`);
  return sharp(pixels, { raw: { width, height, channels } })
    .resize(size, size, { fit: 'cover', position: 'centre' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer();
}

/** The side to bring images to, if none is given: the median of their short sides, a multiple of 4, from 8 to 64. */
export function defaultSide(shortSides: readonly number[]): number {
  const sorted = shortSides.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? DEFAULT_LARGEST_SIDE;
  return Math.max(8, Math.floor(Math.min(median, DEFAULT_LARGEST_SIDE) / 4) * 4);
}

function notAnImage(): never {
  throw new Error('is not an image that can be read: JPEG, PNG, WebP, GIF, TIFF and AVIF are');
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.trim().split('\n')[0] ?? '').slice(0, 200);
}
