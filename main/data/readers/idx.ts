import type { ImportOptions, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import { int } from '../../core/params.ts';
import { Rng } from '../../core/rng.ts';
import { openIdx, sniffIdx } from '../idxFile.ts';
import type { IdxFile } from '../idxFile.ts';
import { resizeRaw } from '../pixels.ts';
import { fileNameOf, folderOf, invalidData } from '../source.ts';
import type { DataSource } from '../source.ts';
import type { Reader, Reading, Row } from './reader.ts';
import { thumbnailsOf } from './thumbnails.ts';

const IMAGES = /images?/i;
const TEST_DATA = /t10k|test/i;
const PACKED = /\.gz$/i;
const BATCH = 64;
const MAX_FILES = 64;
const BYTE_VALUES = Array.from({ length: 256 }, (_, value) => String(value));

const PARAMS = {
  limit: int(0, { min: 0, max: 100_000_000, doc: 'At most so many training images; 0 takes all.' }),
  seed: int(1, { min: 0, max: 2_147_483_647, doc: 'Chooses the splits, and which images a limit keeps.' }),
} as const;

/** IDX, the format of MNIST and its relatives: images in one file, labels in another, plain or gzip. */
export const idx: Reader = {
  id: 'idx',
  title: 'IDX images and labels',
  summary: 'Pairs of IDX files, plain or gzip; files named t10k or test become the audit split.',
  params: PARAMS,
  accepts,
  preview,
  read,
};

interface Pair {
  readonly images: string;
  readonly labels: string;
  readonly role: 'audit' | null;
}

interface MeasuredPair extends Pair {
  readonly count: number;
  readonly shape: readonly [number, number, number];
}

async function accepts(source: DataSource): Promise<number> {
  if (source.location.startsWith('builtin:')) return 0;
  if (source.entry !== null) return (await sniffIdx(source, source.entry)) === null ? 0 : 0.95;
  const named = (await source.list()).filter((entry) => /idx[134]/i.test(fileNameOf(entry.path)));
  return named.length > 0 ? 0.9 : 0;
}

async function read(source: DataSource, options: ImportOptions): Promise<Reading> {
  const pairs: MeasuredPair[] = [];
  for (const pair of await findPairs(source, options)) pairs.push(await measure(source, pair));
  const shape = commonShape(pairs);
  const size = options.size === undefined || (options.size === shape[0] && options.size === shape[1]) ? null : options.size; // prettier-ignore
  const chosen = pairs.map((pair) => choose(pair, pairs, options));
  const total = pairs.reduce((sum, pair, i) => sum + (chosen[i]?.size ?? pair.count), 0);
  return {
    shape: size === null ? shape : [size, size, shape[2]],
    total,
    name: source.name,
    targets: [{ name: 'label', values: null }],
    sensitive: [],
    knownAnswer: '',
    rows: rowsOf(source, pairs, chosen, size),
  };
}

async function findPairs(source: DataSource, options: ImportOptions): Promise<readonly Pair[]> {
  const paths = (await source.list()).filter((entry) => entry.problem === null).map((entry) => entry.path);
  const images = source.entry === null ? await imageFiles(source, paths) : [source.entry];
  if (images.length === 0)
    throw invalidData(`${source.location} holds no IDX file of images.`, 'Their names hold "images", such as train-images-idx3-ubyte.gz.'); // prettier-ignore
  if (options.labels !== undefined && images.length > 1)
    throw invalidData(`One file of labels was given for ${images.length} files of images.`, 'Give the file of images itself, not its folder.'); // prettier-ignore
  const testFiles = images.filter((path) => TEST_DATA.test(fileNameOf(path)));
  const hasBoth = testFiles.length > 0 && testFiles.length < images.length;
  return images.map((path) => ({
    images: path,
    labels: options.labels === undefined ? labelsBeside(path, paths) : labelsGiven(source, options.labels),
    role: hasBoth && testFiles.includes(path) ? 'audit' : null,
  }));
}

async function imageFiles(source: DataSource, paths: readonly string[]): Promise<readonly string[]> {
  const named = paths.filter((path) => IMAGES.test(fileNameOf(path))).slice(0, MAX_FILES);
  const found = new Map<string, string>();
  for (const path of named) {
    const rank = await sniffIdx(source, path);
    // The same file, plain and packed, counts once.
    if (rank === 3 || rank === 4 || PACKED.test(path)) found.set(path.replace(PACKED, ''), path);
  }
  return [...found.values()];
}

function labelsBeside(images: string, paths: readonly string[]): string {
  const folder = folderOf(images);
  const wanted = fileNameOf(images)
    .replace(PACKED, '')
    .replace(IMAGES, 'labels')
    .replace(/idx[34]/i, 'idx1');
  const names = [wanted, `${wanted}.gz`, wanted.replace('labels', 'label')];
  for (const name of names) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (paths.includes(path)) return path;
  }
  throw invalidData(
    `No labels were found for ${images}.`,
    `Put ${wanted} beside it, or give the file of labels.`,
  );
}

function labelsGiven(source: DataSource, given: string): string {
  const path = source.within(given);
  if (path !== null) return path;
  throw invalidData(
    `The file of labels ${given} lies outside ${source.location}.`,
    'Put it beside the images.',
  );
}

async function measure(source: DataSource, pair: Pair): Promise<MeasuredPair> {
  const images = await openIdx(source, pair.images);
  await images.close();
  const labels = await openIdx(source, pair.labels);
  await labels.close();
  const [height, width, channels = 1, ...more] = images.itemShape;
  if (height === undefined || width === undefined || more.length > 0 || (channels !== 1 && channels !== 3))
    throw invalidData(
      `${pair.images} holds items of shape ${images.itemShape.join(' x ') || 'one byte'}.`,
      'Images are height x width, or height x width x 3.',
    );
  if (labels.itemShape.length > 0)
    throw invalidData(`${pair.labels} holds no labels but items of shape ${labels.itemShape.join(' x ')}.`, 'Labels are one byte each.'); // prettier-ignore
  if (labels.count !== images.count)
    throw invalidData(
      `${pair.images} announces ${images.count} images, but ${pair.labels} ${labels.count} labels.`,
      'These files do not belong together: choose the right pair.',
    );
  return { ...pair, count: images.count, shape: [height, width, channels] };
}

function commonShape(pairs: readonly MeasuredPair[]): readonly [number, number, number] {
  const [first, ...rest] = pairs;
  const other = rest.find((pair) => pair.shape.join() !== first?.shape.join());
  if (first && !other) return first.shape;
  throw invalidData(
    `${first?.images} and ${other?.images} hold images of different shapes.`,
    'Import them one by one.',
  );
}

/** Which training images a limit keeps; null keeps all. */
function choose(
  pair: MeasuredPair,
  pairs: readonly MeasuredPair[],
  options: ImportOptions,
): Set<number> | null {
  const limit = options.limit ?? 0;
  if (limit === 0 || pair.role === 'audit') return null;
  const training = pairs.filter((candidate) => candidate.role === null);
  const share = limit / training.reduce((sum, candidate) => sum + candidate.count, 0);
  if (share >= 1) return null;
  const order = Rng.stream(options.seed ?? PARAMS.seed.default, `limit of ${training.indexOf(pair)}`).permutation(pair.count); // prettier-ignore
  return new Set(order.subarray(0, Math.floor(share * pair.count)));
}

async function* rowsOf(
  source: DataSource,
  pairs: readonly MeasuredPair[],
  chosen: readonly (Set<number> | null)[],
  size: number | null,
): AsyncIterable<Row> {
  for (const [i, pair] of pairs.entries()) {
    const labels = await readLabels(source, pair);
    const images = await openIdx(source, pair.images);
    try {
      yield* pairRows(images, labels, pair, chosen[i] ?? null, size);
    } finally {
      await images.close();
    }
  }
}

async function readLabels(source: DataSource, pair: Pair): Promise<Uint8Array> {
  const file = await openIdx(source, pair.labels);
  try {
    const labels = (await file.next(file.count)).slice();
    const flaw = labels.length === file.count ? await file.flaw() : file.damaged() ? file.ending(labels.length) : null; // prettier-ignore
    if (flaw !== null)
      throw invalidData(
        `${pair.labels} ${flaw}.`,
        'Labels that may be wrong are not imported: copy it again.',
      );
    return labels;
  } finally {
    await file.close();
  }
}

async function* pairRows(
  images: IdxFile,
  labels: Uint8Array,
  pair: MeasuredPair,
  chosen: Set<number> | null,
  size: number | null,
): AsyncIterable<Row> {
  const file = fileNameOf(pair.images).replace(PACKED, '');
  for (let index = 0; index < pair.count;) {
    const batch = await images.next(BATCH);
    if (batch.length === 0) {
      yield { kind: 'rejected', item: pair.images, reason: images.ending(index) };
      return;
    }
    for (let start = 0; start < batch.length; start += images.stride, index++) {
      if (chosen?.has(index) === false) continue;
      const label = BYTE_VALUES[labels[index] ?? -1];
      const name = `${file}#${index}`;
      if (label === undefined) {
        yield { kind: 'rejected', item: name, reason: `has no label: ${pair.labels} ends before it` };
        continue;
      }
      const raw = batch.subarray(start, start + images.stride);
      const pixels = size === null ? raw : await resizeRaw(raw, pair.shape, size);
      yield {
        kind: 'example',
        name,
        bytes: pixels,
        subject: null,
        targets: [label],
        sensitive: [],
        role: pair.role,
      };
    }
  }
  const flaw = await images.flaw();
  if (flaw !== null) yield { kind: 'rejected', item: pair.images, reason: flaw };
}

async function preview(source: DataSource, options: ImportOptions): Promise<SourcePreview> {
  const reading = await read(source, options);
  const problems: string[] = [];
  const labels = new Set<string>();
  const thumbnails = await thumbnailsOf(reading, (row) => {
    if (row.kind === 'rejected') problems.push(`${row.item} ${row.reason}`);
    if (row.kind === 'example') labels.add(row.targets[0] ?? '');
  });
  return {
    reader: idx.id,
    count: reading.total,
    columns: [
      { name: 'label', distinct: labels.size, examples: [...labels].sort().slice(0, 10), missing: 0 },
    ],
    suggestion: { label: 'label' },
    thumbnails,
    problems: problems.slice(0, 100),
  };
}
