import { ByteReader } from './byteReader.ts';
import { gunzip } from './readers/gunzip.ts';
import { invalidData } from './source.ts';
import type { DataSource } from './source.ts';

/** Bounds of an IDX file's header; a larger image is refused before any memory is taken. */
export const IDX_BOUNDS = { side: 4096, items: 100_000_000, bytes: 2 ** 36, inflation: 250 } as const;

const UNSIGNED_BYTE = 0x08;

/** An open IDX file of unsigned bytes (LeCun's format of MNIST): items of equal shape, read in order. */
export interface IdxFile {
  readonly path: string;
  /** Items that the header announces. */
  readonly count: number;
  /** Shape of one item: [] for labels, [height, width] or [height, width, channels] for images. */
  readonly itemShape: readonly number[];
  /** Bytes per item. */
  readonly stride: number;
  /** The next whole items, at most `items`; fewer only where the file ends or is damaged. */
  next(items: number): Promise<Uint8Array>;
  /** Whether what was read so far ended with damaged data rather than with the end of the file. */
  damaged(): boolean;
  /** Why the file ended before its time: a phrase that goes on from the file's name. */
  ending(items: number): string;
  /** After the last item: what is wrong with the end of the file (checksum, surplus), as such a phrase; null if nothing. */
  flaw(): Promise<string | null>;
  close(): Promise<void>;
}

/**
 * Opens an IDX file, unpacking gzip on the way (known by its first bytes, not by its name).
 * @throws AppError invalidData with a sentence if the header is not that of an IDX file of unsigned bytes
 */
export async function openIdx(source: DataSource, path: string): Promise<IdxFile> {
  const start = await source.read(path, 0, 2);
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const reader = new ByteReader(packed ? gunzip(source.stream(path)) : source.stream(path));
  try {
    const dimensions = await readHeader(reader, path);
    const bytes = dimensions.reduce((product, side) => product * side, 1);
    const size = (await source.stat(path))?.size ?? 0;
    if (packed && bytes > size * IDX_BOUNDS.inflation)
      throw invalidData(
        `${path} would unpack to ${bytes} bytes, more than ${IDX_BOUNDS.inflation} times its size.`,
        'Unpack it yourself if it is what you want to import.',
      );
    return new OpenIdx(path, reader, dimensions);
  } catch (cause) {
    await reader.close();
    throw cause;
  }
}

/** How surely a file is IDX of unsigned bytes or gzip that may hold it, by its first bytes: number of dimensions or null. */
export async function sniffIdx(source: DataSource, path: string): Promise<number | null> {
  const file = await openIdx(source, path).catch(() => null);
  if (file === null) return null;
  await file.close();
  return file.itemShape.length + 1;
}

async function readHeader(reader: ByteReader, path: string): Promise<readonly number[]> {
  const magic = await reader.read(4);
  if (magic.length < 4) throw brokenHeader(reader, path);
  const [zero, zeroToo, type = 0, rank = 0] = magic;
  if (zero !== 0 || zeroToo !== 0 || rank < 1 || rank > 4) {
    const seen = [...magic].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw invalidData(
      `${path} is not an IDX file: it starts with ${seen}.`,
      'IDX files start with 00 00 08 and the number of dimensions.',
    );
  }
  if (type !== UNSIGNED_BYTE)
    throw invalidData(
      `${path} holds IDX values of type 0x${type.toString(16).padStart(2, '0')}.`,
      'Only unsigned bytes (type 0x08) are read; convert the file.',
    );
  const sizes = await reader.read(4 * rank);
  if (sizes.length < 4 * rank) throw brokenHeader(reader, path);
  const view = new DataView(sizes.buffer, sizes.byteOffset, sizes.length);
  return checked(
    Array.from({ length: rank }, (_, i) => view.getUint32(4 * i)),
    path,
  );
}

function checked(dimensions: readonly number[], path: string): readonly number[] {
  const [count = 0, ...sides] = dimensions;
  const bytes = dimensions.reduce((product, side) => product * side, 1);
  const small = sides.every((side) => side >= 1 && side <= IDX_BOUNDS.side);
  if (small && count <= IDX_BOUNDS.items && bytes <= IDX_BOUNDS.bytes) return dimensions;
  throw invalidData(
    `${path} announces ${dimensions.join(' x ')} values.`,
    `At most ${IDX_BOUNDS.items} items of ${IDX_BOUNDS.side} x ${IDX_BOUNDS.side} pixels are read.`,
  );
}

function brokenHeader(reader: ByteReader, path: string) {
  return reader.failure === null
    ? invalidData(`${path} ends within its header.`, 'The file is cut off: copy it again.')
    : invalidData(`${path} is damaged: its gzip data cannot be unpacked.`, 'Copy or download it again.');
}

class OpenIdx implements IdxFile {
  readonly path: string;
  readonly count: number;
  readonly itemShape: readonly number[];
  readonly stride: number;
  private readonly reader: ByteReader;
  private left: number;

  constructor(path: string, reader: ByteReader, dimensions: readonly number[]) {
    const [count = 0, ...itemShape] = dimensions;
    this.path = path;
    this.reader = reader;
    this.count = count;
    this.left = count;
    this.itemShape = itemShape;
    this.stride = itemShape.reduce((product, side) => product * side, 1);
  }

  async next(items: number): Promise<Uint8Array> {
    const bytes = await this.reader.read(Math.min(items, this.left) * this.stride);
    const whole = Math.floor(bytes.length / this.stride);
    this.left -= whole;
    return bytes.subarray(0, whole * this.stride);
  }

  damaged(): boolean {
    return this.reader.failure !== null;
  }

  ending(items: number): string {
    const how = this.damaged() ? 'is damaged' : 'ends';
    return `${how} after ${items} of ${this.count} items`;
  }

  async flaw(): Promise<string | null> {
    const surplus = await this.reader.read(1);
    if (this.damaged()) return 'does not match its checksum: its items may be damaged';
    return surplus.length === 0 ? null : 'holds more bytes than it announces';
  }

  close(): Promise<void> {
    return this.reader.close();
  }
}
