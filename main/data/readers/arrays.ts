import type { ImportOptions, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import { knownValue } from '../columns.ts';
import { openNpy } from '../npyFile.ts';
import type { NpyFile } from '../npyFile.ts';
import { invalidData } from '../source.ts';
import type { DataSource } from '../source.ts';
import { arrayColumns, planArrays } from './arrayPlan.ts';
import type { ArrayColumns, ArrayPart, ArrayPlan } from './arrayPlan.ts';
import { chooseFields, previewOf } from './fields.ts';
import type { ChosenFields } from './fields.ts';
import type { Reader, Reading, Row } from './reader.ts';

const BATCH = 64;

/** Arrays of NumPy with a table of people: series [samples, time, channels], or pictures of unsigned bytes. */
export const arrays: Reader = {
  id: 'arrays',
  title: 'Arrays of NumPy',
  summary:
    '.npy or .npz: samples x time x channels, or pictures; labels and subjects as arrays, or a CSV joined by subject.',
  params: {},
  accepts,
  preview,
  read,
};

async function accepts(source: DataSource): Promise<number> {
  if (source.location.startsWith('builtin:')) return 0;
  if (source.entry !== null) return /\.(npy|npz)$/i.test(source.entry) ? 0.95 : 0;
  return (await source.list()).some(({ path }) => /\.(npy|npz)$/i.test(path)) ? 0.85 : 0;
}

async function read(source: DataSource, options: ImportOptions): Promise<Reading> {
  const plan = await planArrays(source, options);
  return readingOf(source, plan, chooseFields(await arrayColumns(plan), options));
}

function readingOf(source: DataSource, plan: ArrayPlan, chosen: ChosenFields<ArrayColumns>): Reading {
  const { shape, format } = layoutOf(plan);
  return {
    ...(format === null ? {} : { format }),
    shape,
    total: plan.parts.reduce((sum, { samples }) => sum + (samples.shape[0] ?? 0), 0),
    name: source.name,
    targets: [{ name: chosen.label, values: null }],
    sensitive: chosen.sensitive.map((name) => ({ name, source: 'unknown', values: null })),
    knownAnswer: '',
    rows: rowsOf(plan, chosen),
  };
}

/** What an array's shape says of its samples. */
function layoutOf({ parts }: ArrayPlan): Pick<Reading, 'shape'> & { readonly format: { kind: 'series'; channels: readonly string[] } | null } {
  const [first, ...rest] = parts.map(({ samples }) => samples);
  const [, one = 1, two = 1, three, ...more] = first?.shape ?? [];
  const other = rest.find(({ shape, bytes }) => bytes !== first?.bytes || shape.slice(1).join() !== first.shape.slice(1).join());
  if (other) throw invalidData(`${first?.path} and ${other.path} hold samples of different shapes.`, 'Import them one by one.');
  const pictures = first?.bytes === true && first.shape.length >= 3 && [1, 3].includes(three ?? 1);
  if (pictures && more.length === 0) return { shape: [one, two, three ?? 1], format: null };
  if (three !== undefined)
    throw invalidData(`${first?.path} has the shape ${first?.shape.join(' x ')}.`, 'Series are samples x time x channels; pictures are unsigned bytes, samples x height x width x 1 or 3.');
  const channels = Array.from({ length: two }, (_, i) => `channel ${i + 1}`);
  return { shape: [one, 1, two], format: { kind: 'series', channels } };
} // prettier-ignore

async function* rowsOf(plan: ArrayPlan, chosen: ChosenFields<ArrayColumns>): AsyncIterable<Row> {
  for (const text of plan.notes) yield { kind: 'note', text };
  for (const part of plan.parts) yield* partRows(part, chosen);
}

async function* partRows(part: ArrayPart, chosen: ChosenFields<ArrayColumns>): AsyncIterable<Row> {
  const { samples, source, role } = part;
  const count = samples.shape[0] ?? 0;
  const file: NpyFile = await openNpy(source, samples.path);
  try {
    for (let index = 0; index < count;) {
      const items = await file.next(BATCH);
      if (items.length === 0) {
        yield { kind: 'rejected', item: samples.path, reason: `ends after ${index} of ${count} samples` };
        return;
      }
      for (const item of items) {
        const fields = chosen.columns.fieldsOf(part, index);
        const label = knownValue(fields(chosen.label));
        const name = `${samples.path}#${index++}`;
        if (label === null)
          yield { kind: 'rejected', item: name, reason: `has no label: ${chosen.label} is missing` }; // prettier-ignore
        else
          yield {
            kind: 'example',
            name,
            bytes: file.bytes && samples.shape.length >= 3 ? item : new Uint8Array(file.numbers(item).buffer),
            subject: chosen.subject === null ? null : knownValue(fields(chosen.subject)),
            targets: [label],
            sensitive: chosen.sensitive.map((feature) => knownValue(fields(feature))),
            role,
          };
      }
    }
  } finally {
    await file.close();
  }
}

async function preview(source: DataSource, options: ImportOptions): Promise<SourcePreview> {
  const plan = await planArrays(source, options);
  const columns = await arrayColumns(plan);
  return previewOf(arrays.id, columns, options, (chosen) => readingOf(source, plan, chosen));
}
