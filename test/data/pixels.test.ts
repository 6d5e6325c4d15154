import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, measureImage } from '../../main/data/pixels.ts';
import { gzip, picture } from './fixtures.ts';

/** First and last pixel of the first row of a decoded image [16, 16, 3]. */
async function ends(bytes: Uint8Array): Promise<readonly [readonly number[], readonly number[]]> {
  const { pixels } = await decodeImage(bytes, 16);
  return [[...pixels.subarray(0, 3)], [...pixels.subarray(15 * 3, 16 * 3)]];
}

/** An uncompressed grey TIFF of a square of values (TIFF 6.0, section 4). */
function greyTiff(side: number, values: Uint16Array | Float32Array): Uint8Array {
  const tags = [
    [256, side], [257, side], [258, values.BYTES_PER_ELEMENT * 8], [259, 1], [262, 1], [273, 8], [277, 1],
    [278, side], [279, values.byteLength], [339, values instanceof Float32Array ? 3 : 1],
  ] as const; // prettier-ignore
  const bytes = Buffer.alloc(8 + values.byteLength + 2 + tags.length * 12 + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8 + values.byteLength, 4);
  bytes.set(new Uint8Array(values.buffer), 8);
  let at = bytes.writeUInt16LE(tags.length, 8 + values.byteLength);
  for (const [tag, value] of tags) {
    at = bytes.writeUInt16LE(tag, at);
    at = bytes.writeUInt16LE(4, at);
    at = bytes.writeUInt32LE(1, at);
    at = bytes.writeUInt32LE(value, at);
  }
  return bytes;
}

describe('pixels of unusual images', () => {
  it.each(['png', 'tiff'] as const)('of 16 bits become 8 without being cut off: %s', async (format) => {
    const ramp = Uint16Array.from({ length: 64 * 64 }, (_, i) => Math.round(((i % 64) / 63) * 65_535));
    const image = sharp(ramp, { raw: { width: 64, height: 64, channels: 1 } }).toColourspace('grey16');
    const bytes = format === 'png' ? await image.png().toBuffer() : greyTiff(64, ramp);
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    const [[left], [right]] = await ends(bytes);
    expect(left).toBeLessThan(12);
    expect(right).toBeGreaterThan(243);
  });

  it('of four printing inks become red, green and blue', async () => {
    const bytes = await sharp(await picture([200, 0, 0]))
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const [[red = 0, green = 255, blue = 255]] = await ends(bytes);
    expect(red - Math.max(green, blue)).toBeGreaterThan(120);
  });

  it.each(['gif', 'webp'] as const)('of an animation are those of its first picture: %s', async (format) => {
    const red = Buffer.from(await picture([255, 0, 0]));
    const blue = Buffer.from(await picture([0, 0, 255]));
    const animation = sharp([red, blue], { join: { animated: true } });
    const bytes = await animation.toFormat(format, { lossless: true }).toBuffer();
    expect((await sharp(bytes, { animated: true }).metadata()).pages).toBe(2);
    expect(await measureImage(bytes)).toEqual({ width: 16, height: 16 });
    for (const pixel of await ends(bytes)) expect(pixel).toEqual([255, 0, 0]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are upright with the EXIF orientation %i', async (orientation) => {
    const corner = Buffer.from(await picture([0, 0, 255], { width: 16, height: 16 }));
    const bytes = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#f00' } })
      .composite([{ input: corner, top: 0, left: 0 }])
      .png()
      .withMetadata({ orientation })
      .toBuffer();
    const { pixels } = await decodeImage(bytes, 16);
    const blue = [0, 15, 15 * 16, 15 * 16 + 15].map((at) => (pixels[at * 3 + 2] ?? 0) > 128);
    // Where the stored picture's first corner belongs (EXIF 2.3, tag 274): top left, top right, bottom left, bottom right.
    const place = [0, 1, 3, 2, 0, 1, 3, 2][orientation - 1];
    expect(blue.map((is, at) => (is ? at : -1)).filter((at) => at >= 0)).toEqual([place]);
  });

  it.each(['jpeg', 'png', 'webp'] as const)('are refused where the file is cut off: %s', async (format) => {
    const noise = { type: 'gaussian', mean: 128, sigma: 50 } as const;
    const image = sharp({ create: { width: 200, height: 200, channels: 3, background: '#000', noise } });
    const whole = await image.toFormat(format).toBuffer();
    const cut = decodeImage(whole.subarray(0, whole.length / 2), 16);
    await expect(cut).rejects.toThrow(/^(cannot be decoded|is not an image)/);
  });

  it('are refused where nothing says what is white', async () => {
    const bytes = greyTiff(8, new Float32Array(64).fill(0.5));
    await expect(decodeImage(bytes, 16)).rejects.toThrow('has pixels of the type float');
  });
});

describe('drawings and documents', () => {
  const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join(
    '',
  );
  const svg = (size: number, content: string): string =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" width="${size}" height="${size}">${content}</svg>`;

  it.each([
    ['a drawing', svg(9, '')],
    ['a drawing of a billion laughs', `<!DOCTYPE x [<!ENTITY e0 "ha">${entities}]>${svg(9, '<text>&e9;</text>')}`],
    ['a drawing that links to a file', svg(9, '<image x:href="file:///etc/hostname" width="9" height="9"/>')],
    ['a drawing of huge size', svg(1_000_000, '')],
    ['a document', '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>'],
  ])('are not even parsed: %s', async (_, text) => {
    const plain = new TextEncoder().encode(text);
    for (const bytes of [plain, gzip(plain)])
      await expect(decodeImage(bytes, 16)).rejects.toThrow('is not an image that can be read');
  }); // prettier-ignore
});
