import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { artefactPath, type ImportedDataset } from '../../main/core/datasetFiles.ts';
import { importDataset } from '../../main/data/dataset.ts';
import { fsArtefactWriter, readArtefact } from '../../main/data/fsSink.ts';
import { joinWithin, type DataSource } from '../../main/data/source.ts';
import type { StoredDataset } from '../../main/data/stored.ts';
import type { ImportOptions } from '../../preload/contract/vocabulary.ts';
import { subjectKeyOf } from '../../main/data/privacy/subjectKey.ts';

export type Files = Readonly<Record<string, Uint8Array | string>>;
export type Colour = readonly [number, number, number];

const folders: string[] = [];

/** A fresh temporary folder with these files in it. */
export function folderWith(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'pretext-data-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** Removes every folder that `folderWith` made. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The same files without a disk. */
export function memorySource(files: Files, entry: string | null = null): DataSource {
  const bytesOf = (path: string): Uint8Array => {
    const content = files[path];
    if (content === undefined) throw new Error(`no file ${path}`);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  const entryOf = (path: string) => ({ path, size: bytesOf(path).length, problem: null });
  return {
    location: '/memory',
    name: 'memory',
    entry,
    list: () => Promise.resolve(Object.keys(files).sort().map(entryOf)),
    stat: (path) => Promise.resolve(path in files ? entryOf(path) : null),
    read: (path, offset, length) => Promise.resolve(bytesOf(path).slice(offset, offset + length)),
    stream: async function* (path, offset = 0) {
      const bytes = bytesOf(path);
      for (let at = offset; at < bytes.length; at += 1000)
        yield await Promise.resolve(bytes.slice(at, at + 1000));
    },
    within: (path) => joinWithin('', path),
  };
}

/** An IDX file of unsigned bytes; `announced` overrides the number of items in the header. */
export function idxFile(
  shape: readonly number[],
  items: readonly number[][],
  announced = items.length,
): Uint8Array {
  const header = Buffer.alloc(4 + 4 * (1 + shape.length));
  header.set([0, 0, 8, 1 + shape.length]);
  [announced, ...shape].forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return new Uint8Array(Buffer.concat([header, Buffer.from(items.flat())]));
}

/** Images and labels of `count` items; pixel values tell item and place, labels go 0, 1, 2, 0, 1 ... */
export function idxPair(count: number, side = 4): { images: Uint8Array; labels: Uint8Array } {
  const numbers = Array.from({ length: count }, (_, i) => i);
  return {
    images: idxFile([side, side], numbers.map((i) => Array.from({ length: side * side }, (_, p) => (i * 7 + p) % 256))),
    labels: idxFile([], numbers.map((i) => [i % 3])),
  }; // prettier-ignore
}

export function gzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes));
}

/** A picture of one colour. */
export async function picture(colour: Colour, options: { width?: number; height?: number; format?: 'png' | 'jpeg' | 'webp' } = {}): Promise<Uint8Array> {
  const { width = 16, height = 16, format = 'png' } = options;
  const [r, g, b] = colour;
  const image = sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
  return new Uint8Array(await image.toFormat(format, format === 'jpeg' ? { quality: 95 } : {}).toBuffer());
} // prettier-ignore

/** A valid PNG header that announces huge dimensions, with hardly any data. */
export async function hugePng(width: number, height: number): Promise<Uint8Array> {
  const bytes = Buffer.from(await picture([0, 0, 0]));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return new Uint8Array(bytes);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The key of tests. */
export const KEY = subjectKeyOf(new Uint8Array(32).map((_, at) => at));

export interface Imported {
  readonly dataset: ImportedDataset;
  readonly stored: StoredDataset;
}

/** Imports a path into a workspace of its own (or the given one). */
export async function importPath(
  path: string,
  options: ImportOptions = {},
  reader: string | null = null,
  workspace = folderWith({}),
): Promise<Imported> {
  const dataset = await importDataset({
    path,
    reader,
    options,
    writer: fsArtefactWriter(workspace),
    signal: new AbortController().signal,
    subjectKey: () => KEY,
    onProgress: () => {},
  });
  return { dataset, stored: storedIn(workspace, dataset) };
}

/** An import as the readers of stored data see it. */
export function storedIn(workspace: string, dataset: ImportedDataset): StoredDataset {
  return {
    id: 'data-1',
    digest: dataset.digest,
    manifest: dataset.manifest,
    count: dataset.count,
    shape: dataset.shape,
    find: (digest) => {
      const path = join(workspace, artefactPath(digest));
      return { digest, path, size: statSync(path).size };
    },
    readBytes: readArtefact,
  };
}

/** All bytes of an artefact. */
export async function bytesIn(stored: StoredDataset, digest: string): Promise<Uint8Array> {
  return stored.readBytes(stored.find(digest), 0, null);
}

/** What a promise was refused with. @throws if it was not */
export async function refusal(promise: Promise<unknown>): Promise<{ code: string; message: string; hint: string }> {
  try {
    await promise;
  } catch (cause) {
    return cause as { code: string; message: string; hint: string };
  }
  throw new Error('it was not refused');
} // prettier-ignore
