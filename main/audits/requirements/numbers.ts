import type { SampleFormat, TableColumn } from '../../core/datasetFiles.ts';
import { digest64 } from '../../data/digests.ts';
import type { SimpleFeature } from './checkTable.ts';
import { PointSet } from './points.ts';
import { samplesOfWidth, type SampleReading, type Samples } from './samples.ts';

/** Parts of a series whose means stand for it among neighbours. */
const PARTS = 16;
/** More channels, and categories of more values, are left out there. */
const MOST_CHANNELS = 32;
const MOST_VALUES = 50;
/** Standard deviations beyond which a value counts as no farther. */
const FAR = 3;

/** Rows of tables and series: simple facts, copies, how much of each row is known. */
export async function readNumbers(
  reading: SampleReading,
  format: Exclude<SampleFormat, { kind: 'text' }>,
): Promise<Samples> {
  const { dataset, seed } = reading;
  const { shape, count } = dataset;
  const width = shape[0] * shape[1] * shape[2];
  const facts = format.kind === 'table' ? new RowFacts(format.columns, count) : new SeriesFacts(format.channels, count); // prettier-ignore
  const known = new Float32Array(count);
  const content: string[] = [];
  for await (const bytes of samplesOfWidth(reading, width * Float32Array.BYTES_PER_ELEMENT)) {
    const row = content.length;
    content.push(digest64(bytes).join('.'));
    const values = new Float32Array(bytes.slice().buffer);
    known[row] = facts.add(row, values);
  }
  const some = known.some((value) => value !== known[0]);
  return {
    content,
    near: null,
    features: facts.features,
    sizes: some ? [{ name: facts.size, kind: 'number', values: known }] : [],
    texts: null,
    points: facts.points(seed),
    notAssessed: [],
  };
}

/** The columns of a table are its facts. */
class RowFacts {
  readonly size = 'known values of a row';
  readonly features: readonly SimpleFeature[];
  private readonly columns: readonly TableColumn[];

  constructor(columns: readonly TableColumn[], count: number) {
    this.columns = columns;
    this.features = columns.map(({ name, kind }) => ({ name, kind, values: new Float32Array(count) }));
  }

  /** Answers how many values of the row are known. */
  add(row: number, values: Float32Array): number {
    let known = 0;
    this.columns.forEach((column, at) => {
      const value = values[at] ?? NaN;
      (this.features[at] as SimpleFeature).values[row] = value;
      const missing = column.kind === 'category' ? value === column.values.length - 1 : Number.isNaN(value);
      if (!missing) known++;
    });
    return known;
  }

  points(seed: number) {
    const widths = this.columns.map((column) => column.kind === 'number' ? 1 : column.values.length <= MOST_VALUES ? column.values.length : 0); // prettier-ignore
    const count = this.features[0]?.values.length ?? 0;
    const points = new PointSet(count, widths.reduce((sum, width) => sum + width, 0), seed); // prettier-ignore
    const scales = this.features.map(({ values }) => scaleOf(values));
    for (let row = 0; row < count; row++) {
      const place = points.placeOf(row);
      if (place === null) continue;
      let at = 0;
      this.features.forEach(({ kind, values }, column) => {
        const value = values[row] ?? NaN;
        const own = widths[column] ?? 0;
        if (kind === 'number') place[at] = scaled(value, scales[column]);
        else if (value < own) place[at + value] = 1;
        at += own;
      });
    }
    return points.finish();
  }
}

/** Mean, spread and what is measured of every channel, and the means of its parts. */
class SeriesFacts {
  readonly size = 'measured steps of a series';
  readonly features: readonly SimpleFeature[];
  private readonly channels: readonly string[];
  private readonly parts: Float32Array;
  private readonly shown: number;

  constructor(channels: readonly string[], count: number) {
    this.channels = channels;
    this.shown = Math.min(MOST_CHANNELS, channels.length);
    this.parts = new Float32Array(count * this.shown * PARTS).fill(NaN);
    this.features = channels.slice(0, MOST_CHANNELS).flatMap(
      (name) =>
      ['mean', 'spread'].map((fact) => ({ name: `${fact} of ${name}`, kind: 'number' as const, values: new Float32Array(count) })), // prettier-ignore
    );
  }

  /** Answers in how many steps anything was measured. */
  add(row: number, values: Float32Array): number {
    const width = this.channels.length;
    const steps = values.length / width;
    for (let channel = 0; channel < this.shown; channel++) {
      const all = Array.from({ length: steps }, (_, step) => values[step * width + channel] ?? NaN);
      const [mean, spread] = scaleOf(Float32Array.from(all));
      (this.features[2 * channel] as SimpleFeature).values[row] = mean;
      (this.features[2 * channel + 1] as SimpleFeature).values[row] = spread;
      for (let part = 0; part < PARTS; part++) {
        const own = all.slice(Math.floor((part * steps) / PARTS), Math.floor(((part + 1) * steps) / PARTS));
        this.parts[(row * this.shown + channel) * PARTS + part] = scaleOf(Float32Array.from(own))[0];
      }
    }
    let measured = 0;
    for (let step = 0; step < steps; step++)
      if (values.subarray(step * width, (step + 1) * width).some((value) => !Number.isNaN(value))) measured++;
    return measured;
  }

  points(seed: number) {
    const width = this.shown * PARTS;
    const count = this.parts.length / width;
    const points = new PointSet(count, width, seed);
    const scales = this.features.filter((_, at) => at % 2 === 0).map(({ values }) => scaleOf(values));
    for (let row = 0; row < count; row++)
      points.placeOf(row)?.set(this.parts.subarray(row * width, (row + 1) * width).map((value, at) => scaled(value, scales[Math.floor(at / PARTS)]))); // prettier-ignore
    return points.finish();
  }
}

type Scale = readonly [number, number];

/** Mean and standard deviation of what is known; NaN without any. */
function scaleOf(values: Float32Array): Scale {
  let n = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    n++;
    const before = value - mean;
    mean += before / n;
    squares += before * (value - mean);
  }
  return n === 0 ? [NaN, NaN] : [mean, Math.sqrt(squares / n)];
}

/** A value in standard deviations from the mean, at most `FAR`; what is unknown lies at the mean. */
function scaled(value: number, [mean, spread]: Scale = [0, 1]): number {
  if (Number.isNaN(value) || !(spread > 0)) return 0;
  return Math.max(-FAR, Math.min(FAR, (value - mean) / spread));
}
