import { AppError } from '../../../preload/contract/errors.ts';
import { SPLIT_ROLES } from '../../../preload/contract/vocabulary.ts';
import type { ReferenceShares, SplitRole } from '../../../preload/contract/vocabulary.ts';
import { digestOf } from '../../core/canonical.ts';
import { codesOf, splitOf, subjectCodesOf, type StoredDataset } from '../../data/stored.ts';
import type { CheckTable, Coded, SimpleFeature } from './checkTable.ts';

/** Bytes read at a time. */
const PIECE = 4 << 20;
const SEED = 1;

/**
 * Reads what a check needs of a stored data set, with every subject whose consent holds or not: the check is of the data.
 * @throws AppError usage for a reference share of a feature or value that the data set does not have
 */
export async function readCheckTable(
  dataset: StoredDataset,
  reference: ReferenceShares,
): Promise<CheckTable> {
  const { manifest, count } = dataset;
  const coded = async (
    column: { name: string; digest: string },
    values: readonly string[],
  ): Promise<Coded> => ({
    name: column.name,
    values,
    codes: await codesOf(dataset, column.digest),
  });
  const [first] = manifest.targets;
  if (!first)
    throw new AppError({ code: 'invalidData', message: `Data set ${dataset.id} has no label to check.` });
  const sensitive = [];
  for (const one of manifest.sensitive) sensitive.push(await coded(one, one.values));
  checkReference(reference, sensitive);
  const roles: (SplitRole | null)[] = Array.from({ length: count }, () => null);
  for (const role of SPLIT_ROLES) for (const row of await splitOf(dataset, role)) roles[row] = role;
  const samples = await readSamples(dataset);
  return {
    ...{ rows: count, target: await coded(first, first.classes), sensitive, roles, reference, seed: SEED },
    subjects: await subjectCodesOf(dataset),
    ...samples,
  };
}

function checkReference(reference: ReferenceShares, sensitive: readonly Coded[]): void {
  for (const [feature, shares] of Object.entries(reference)) {
    const known = sensitive.find(({ name }) => name === feature);
    const stray = Object.keys(shares).find((value) => !known?.values.includes(value));
    if (known && stray === undefined) continue;
    throw new AppError({
      code: 'usage',
      message: known
        ? `Feature ${feature} has no value ${JSON.stringify(stray)}.`
        : `The data set has no sensitive feature ${JSON.stringify(feature)}.`,
      hint: `It has ${(known ? known.values : sensitive.map(({ name }) => name)).join(', ') || 'none'}.`,
    });
  }
}

type Samples = Pick<CheckTable, 'content' | 'features' | 'notAssessed'>;

const RESOLUTION =
  'Differences of resolution between groups: images are brought to one size on import, and their own is not kept.';
const OTHER = 'Proxies and duplicates: only images and tables are read for them.';

/** Digest and simple facts of every sample, read piece by piece. */
async function readSamples(dataset: StoredDataset): Promise<Samples> {
  const { manifest, shape, count } = dataset;
  const { format } = manifest;
  if (format !== undefined && format.kind !== 'table')
    return { content: null, features: [], notAssessed: [OTHER] };
  const width = shape[0] * shape[1] * shape[2] * (format === undefined ? 1 : Float32Array.BYTES_PER_ELEMENT);
  const columns: readonly Omit<SimpleFeature, 'values'>[] = format?.columns ?? pictureFacts(shape[2]);
  const features = columns.map(({ name, kind }) => ({ name, kind, values: new Float32Array(count) }));
  const content: string[] = [];
  const file = dataset.find(manifest.samples);
  const step = Math.max(1, Math.floor(PIECE / width));
  for (let start = 0; start < count; start += step) {
    const rows = Math.min(step, count - start);
    const bytes = await dataset.readBytes(file, start * width, rows * width);
    for (let row = 0; row < rows; row++) {
      const own = bytes.slice(row * width, (row + 1) * width);
      content.push(digestOf(own));
      const facts =
        format === undefined
          ? factsOf(own, shape)
          : new Float32Array(own.buffer, own.byteOffset, columns.length);
      features.forEach((feature, at) => (feature.values[start + row] = facts[at] ?? NaN));
    }
  }
  return { content, features, notAssessed: format === undefined ? [RESOLUTION] : [] };
}

function pictureFacts(channels: number): readonly Omit<SimpleFeature, 'values'>[] {
  const own = Array.from({ length: channels }, (_, at) => [
    `mean of channel ${at + 1}`,
    `contrast of channel ${at + 1}`,
  ]);
  return own.flat().map((name) => ({ name, kind: 'number' }));
}

/** Mean and standard deviation of every channel. */
function factsOf(pixels: Uint8Array, [height, width, channels]: StoredDataset['shape']): Float32Array {
  const facts = new Float32Array(2 * channels);
  const n = height * width;
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    let squares = 0;
    for (let at = channel; at < pixels.length; at += channels) {
      const value = pixels[at] ?? 0;
      sum += value;
      squares += value * value;
    }
    facts[2 * channel] = sum / n;
    facts[2 * channel + 1] = Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2));
  }
  return facts;
}
