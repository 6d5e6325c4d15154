import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { stripMetadata } from '../../../main/data/privacy/stripMetadata.ts';
import { Rng } from '../../../main/core/rng.ts';

const SECRET = 'SECRET-OWNER';
const XMP = `<?xpacket?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description>${SECRET}</rdf:Description></rdf:RDF></x:xmpmeta>`;
const FORMATS = ['jpeg', 'png', 'webp'] as const;

/** A picture of noise with EXIF, GPS, XMP and a colour profile. */
async function photo(
  format: (typeof FORMATS)[number],
  orientation: number,
  progressive = false,
): Promise<Uint8Array> {
  const rng = Rng.stream(orientation, 'photo');
  const pixels = Uint8Array.from({ length: 24 * 16 * 3 }, () => rng.below(256));
  const image = sharp(pixels, { raw: { width: 24, height: 16, channels: 3 } })
    .withExif({
      IFD0: { Copyright: SECRET },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
    })
    .withXmp(XMP)
    .withMetadata({ orientation, icc: 'p3' });
  return new Uint8Array(
    await (format === 'jpeg' ? image.jpeg({ progressive }) : image.toFormat(format)).toBuffer(),
  );
}

async function pixelsOf(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).autoOrient().raw().toBuffer();
}

describe('metadata of images', () => {
  const cases = FORMATS.flatMap((format) =>
    [1, 3, 6, 8].map((orientation) => [format, orientation] as const),
  );

  it.each(cases)(
    'goes without a trace from %s of orientation %i, which stays',
    async (format, orientation) => {
      const before = await photo(format, orientation);
      expect(Buffer.from(before).includes(SECRET)).toBe(true);
      const stripped = stripMetadata(before);
      expect(stripped?.found).toEqual(expect.arrayContaining(['EXIF', 'GPS', 'XMP']));
      const after = stripped?.bytes ?? new Uint8Array(0);
      const info = await sharp(after).metadata();
      expect([info.format, info.orientation ?? 1, info.xmp, info.iptc]).toEqual([
        format,
        orientation,
        undefined,
        undefined,
      ]);
      // Of EXIF nothing but the orientation is left: 26 bytes of TIFF, with the mark that JPEG (and libvips) put before it.
      expect(info.exif?.length ?? 0).toBeLessThanOrEqual(orientation === 1 ? 0 : 32);
      expect(Buffer.from(after).includes(SECRET)).toBe(false);
      expect(info.icc).toEqual((await sharp(before).metadata()).icc);
      expect((await pixelsOf(after)).equals(await pixelsOf(before))).toBe(true);
      expect(stripMetadata(after)).toEqual({ bytes: after, found: orientation === 1 ? [] : ['EXIF'] });
    },
  );

  it('goes from progressive JPEG, comments and what follows the picture too', async () => {
    const photoBytes = await photo('jpeg', 1, true);
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 2 + SECRET.length]), Buffer.from(SECRET)]);
    const before = new Uint8Array(
      Buffer.concat([photoBytes.subarray(0, 2), comment, photoBytes.subarray(2), Buffer.from(SECRET)]),
    );
    const stripped = stripMetadata(before);
    expect(stripped?.found).toEqual(expect.arrayContaining(['comment', 'trailing data']));
    expect(Buffer.from(stripped?.bytes ?? []).includes(SECRET)).toBe(false);
    expect((await pixelsOf(stripped?.bytes ?? before)).equals(await pixelsOf(before))).toBe(true);
  });

  it('leaves what carries none as it is', async () => {
    for (const format of FORMATS) {
      const bytes = new Uint8Array(
        await sharp({ create: { width: 9, height: 9, channels: 3, background: '#123' } })
          .toFormat(format)
          .toBuffer(),
      );
      expect(stripMetadata(bytes)?.bytes).toEqual(bytes);
    }
  });

  it('is refused where a file is cut off or of another format', async () => {
    for (const format of FORMATS) expect(stripMetadata((await photo(format, 1)).slice(0, 60))).toBe(null);
    expect(stripMetadata(new TextEncoder().encode('GIF89a'))).toBe(null);
    expect(stripMetadata(new Uint8Array(0))).toBe(null);
  });

  it('never throws or grows on damaged files', async () => {
    const rng = Rng.stream(1, 'strip');
    for (const format of FORMATS) {
      const whole = await photo(format, 6);
      for (let round = 0; round < 500; round++) {
        const harmed = whole.slice();
        for (let change = 0; change < 4; change++) harmed[rng.below(harmed.length)] = rng.below(256);
        expect(stripMetadata(harmed)?.bytes.length ?? 0).toBeLessThan(whole.length + 64);
      }
    }
  });
});
