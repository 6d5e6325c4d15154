import { digest64 } from '../../data/digests.ts';
import { CopyIndex } from '../../data/leakage.ts';
import { greyThumbnail, THUMBNAIL_BYTES } from '../../data/perceptualHash.ts';
import type { StoredDataset } from '../../data/stored.ts';
import type { SimpleFeature } from './checkTable.ts';
import { pairsJoining } from './duplicates.ts';
import { PointSet } from './points.ts';
import { samplesOfWidth, textsIn, type SampleReading, type Samples } from './samples.ts';
import { TextFeatures } from './texts.ts';

const RESOLUTION =
  'Differences of resolution between groups: the sizes of the images in their files were not kept (an older import, or a format in which all have one).';

/** Pixels: means and contrasts, copies and near copies, sizes in the files, captions. */
export async function readPictures(reading: SampleReading): Promise<Samples> {
  const { dataset, seed } = reading;
  const { shape, count, manifest } = dataset;
  const features = factNames(shape[2]).map((name) => ({ name, kind: 'number' as const, values: new Float32Array(count) })); // prettier-ignore
  const content: string[] = [];
  const copies = new CopyIndex(shape);
  const points = new PointSet(count, THUMBNAIL_BYTES, seed);
  for await (const pixels of samplesOfWidth(reading, shape[0] * shape[1] * shape[2])) {
    const row = content.length;
    content.push(digest64(pixels).join('.'));
    copies.add(pixels);
    factsOf(pixels, shape).forEach((fact, at) => ((features[at] as SimpleFeature).values[row] = fact));
    points.placeOf(row)?.set(greyThumbnail(pixels, shape));
  }
  const captions = manifest.captions === undefined ? null : await captionFacts(reading, manifest.captions);
  return {
    content,
    near: pairsJoining(count, (wanted) => copies.nearPairs(wanted)),
    features,
    sizes: [...(await originalSizes(dataset)), ...(captions?.sizes ?? [])],
    texts: captions?.texts ?? null,
    points: points.finish(),
    notAssessed: manifest.originalSizes === undefined ? [RESOLUTION] : [],
  };
}

async function captionFacts(reading: SampleReading, { texts, ends }: { readonly texts: string; readonly ends: string }) {
  const facts = new TextFeatures('captions', reading.dataset.count);
  for await (const text of textsIn(reading, texts, ends)) facts.add(text);
  return facts.finish();
} // prettier-ignore

/** The shorter side of every image in its file. */
async function originalSizes(dataset: StoredDataset): Promise<readonly SimpleFeature[]> {
  const { originalSizes: digest } = dataset.manifest;
  if (digest === undefined) return [];
  const bytes = await dataset.readBytes(dataset.find(digest), 0, null);
  const sides = new Uint32Array(new Uint8Array(bytes).buffer);
  const values = Float32Array.from({ length: sides.length / 2 }, (_, row) => Math.min(sides[2 * row] ?? 0, sides[2 * row + 1] ?? 0)); // prettier-ignore
  return [{ name: 'shorter side in pixels', kind: 'number', values }];
}

function factNames(channels: number): readonly string[] {
  return Array.from({ length: channels }, (_, at) => [
    `mean of channel ${at + 1}`,
    `contrast of channel ${at + 1}`,
  ]).flat();
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
