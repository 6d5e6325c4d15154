import { Readable } from 'node:stream';
import { fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { invalidData, joinWithin } from './source.ts';
import type { DataSource, SourceEntry } from './source.ts';

/** Bounds of an archive: beyond them it is refused before anything is unpacked. */
export const ZIP_BOUNDS = { files: 2_000_000, bytes: 2 ** 40, inflation: 1000, smallBytes: 1 << 20 } as const;

const AT_ONCE = 1 << 20;
const KEPT_BYTES = 64 << 20;
const LINK = 0xa000;
const TYPE_BITS = 0xf000;
const LITTER = /(^|\/)(\.|__MACOSX\/)/;

/**
 * A zip archive as a source: nothing is unpacked to disk, and nothing before it is read. A single folder around everything is left out
 * of the paths.
 * @throws AppError invalidData: not a zip archive, damaged, paths that lead out of it, a bomb
 */
export async function openZip(outer: DataSource, path: string): Promise<DataSource> {
  const size = (await outer.stat(path))?.size ?? 0;
  try {
    const reader = new SourceReader(outer, path);
    const zip = await fromRandomAccessReaderPromise(reader, size, { lazyEntries: true, autoClose: false });
    const entries = await entriesOf(zip, path, size);
    return new ZipSource({ outer, path, zip, entries });
  } catch (cause) {
    throw explained(path, cause);
  }
}

function explained(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || cause.name === 'AppError') return cause;
  return invalidData(
    `${path} cannot be read as a zip archive (${cause.message.replace(/\.$/, '')}).`,
    'Make the archive again, or unpack it yourself.',
  );
}

/** Ranges of a file within a source, as the library wants them. */
class SourceReader extends RandomAccessReader {
  private readonly outer: DataSource;
  private readonly path: string;

  constructor(outer: DataSource, path: string) {
    super();
    this.outer = outer;
    this.path = path;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(pieces(this.outer, this.path, start, end));
  }
}

async function* pieces(
  source: DataSource,
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void> {
  let left = end - start;
  if (left <= AT_ONCE) {
    yield Buffer.from(await source.read(path, start, left));
    return;
  }
  for await (const piece of source.stream(path, start)) {
    yield Buffer.from(piece.subarray(0, left));
    left -= piece.length;
    if (left <= 0) return;
  }
}

async function entriesOf(zip: ZipFile, path: string, size: number): Promise<ReadonlyMap<string, Entry>> {
  const found = new Map<string, Entry>();
  let [packed, unpacked] = [0, 0];
  for await (const entry of zip.eachEntry()) {
    packed += entry.compressedSize;
    unpacked += entry.uncompressedSize;
    if (found.size > ZIP_BOUNDS.files || packed > size || unpacked > ZIP_BOUNDS.bytes)
      throw invalidData(
        `${path} says that it holds ${found.size} files of ${unpacked} bytes in ${size} bytes.`,
        'It may be a zip bomb: unpack it yourself if it is what you want to import.',
      );
    const name = joinWithin('', entry.fileName);
    if (name !== null && !entry.fileName.endsWith('/') && !LITTER.test(name) && !found.has(name))
      found.set(name, entry);
  }
  return withoutTop(found);
}

/** Paths without the one folder that everything lies in. */
function withoutTop(entries: ReadonlyMap<string, Entry>): ReadonlyMap<string, Entry> {
  const tops = new Set([...entries.keys()].map((path) => path.slice(0, path.indexOf('/') + 1)));
  const [top = ''] = tops;
  if (tops.size !== 1 || top === '') return entries;
  return new Map([...entries].map(([path, entry]) => [path.slice(top.length), entry]));
}

interface Archive {
  readonly outer: DataSource;
  readonly path: string;
  readonly zip: ZipFile;
  readonly entries: ReadonlyMap<string, Entry>;
}

class ZipSource implements DataSource {
  readonly location: string;
  readonly name: string;
  readonly entry = null;
  private readonly archive: Archive;
  /** The file read last, if it is small: tables and pictures are asked for several times. */
  private kept: { readonly path: string; readonly bytes: Uint8Array } | null = null;

  constructor(archive: Archive) {
    this.archive = archive;
    this.location = archive.outer.location;
    this.name = archive.path.slice(archive.path.lastIndexOf('/') + 1).replace(/\.(zip|npz)$/i, '');
  }

  list(): Promise<readonly SourceEntry[]> {
    const entries = [...this.archive.entries].map(([path, entry]) => entryOf(path, entry));
    return Promise.resolve(entries.sort((a, b) => (a.path < b.path ? -1 : 1)));
  }

  stat(path: string): Promise<SourceEntry | null> {
    const entry = this.archive.entries.get(path);
    return Promise.resolve(entry === undefined ? null : entryOf(path, entry));
  }

  async read(path: string, offset: number, length: number): Promise<Uint8Array> {
    if (this.kept?.path === path) return this.kept.bytes.slice(offset, offset + length);
    const parts: Uint8Array[] = [];
    const small = (this.archive.entries.get(path)?.uncompressedSize ?? Infinity) <= KEPT_BYTES;
    let left = small ? Infinity : length;
    for await (const piece of this.stream(path, small ? 0 : offset)) {
      parts.push(piece.subarray(0, left));
      left -= piece.length;
      if (left <= 0) break;
    }
    const bytes = new Uint8Array(Buffer.concat(parts));
    if (!small) return bytes;
    this.kept = { path, bytes };
    return bytes.slice(offset, offset + length);
  }

  async *stream(path: string, offset = 0): AsyncIterable<Uint8Array> {
    const entry = this.archive.entries.get(path);
    if (!entry) throw invalidData(`${path} does not exist in ${this.location}.`, 'Check the path.');
    const { problem } = entryOf(path, entry);
    if (problem !== null) throw invalidData(`${path} in ${this.location} ${problem}.`, 'Leave it out.');
    let skip = offset;
    try {
      for await (const piece of await this.archive.zip.openReadStreamPromise(entry)) {
        const bytes = piece as Uint8Array;
        if (skip < bytes.length) yield bytes.subarray(skip);
        skip = Math.max(0, skip - bytes.length);
      }
    } catch (cause) {
      throw explained(`${path} in ${this.location}`, cause);
    }
  }

  within(path: string): string | null {
    return joinWithin('', path);
  }
}

function entryOf(path: string, entry: Entry): SourceEntry {
  const problem = problemOf(entry);
  return {
    path,
    size: problem === null ? entry.uncompressedSize : 0,
    problem,
    version: String(entry.crc32),
  };
}

function problemOf(entry: Entry): string | null {
  if (((entry.externalFileAttributes >>> 16) & TYPE_BITS) === LINK) return 'is a link within an archive';
  if (entry.isEncrypted()) return 'is encrypted';
  if (!entry.canDecodeFileData()) return 'is packed in a way that is not read';
  const most = Math.max(ZIP_BOUNDS.smallBytes, entry.compressedSize * ZIP_BOUNDS.inflation);
  return entry.uncompressedSize > most
    ? `would unpack to ${entry.uncompressedSize} bytes, more than ${ZIP_BOUNDS.inflation} times its size`
    : null;
}
