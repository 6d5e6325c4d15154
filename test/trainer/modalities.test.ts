import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import type { ArtefactFile, DatasetFiles, FileFormat } from '../../main/core/datasetFiles.ts';
import { Rng } from '../../main/core/rng.ts';
import { batchesFrom } from '../../main/engine/batches.ts';
import { BatchesAhead } from '../../main/trainer/batchesAhead.ts';
import { openSamples, openTrainingData } from '../../main/trainer/datasetReader.ts';
import { EngineShelf } from '../../main/trainer/engineShelf.ts';
import { predictJob } from '../../main/trainer/predictJob.ts';
import { PreviewShelf } from '../../main/trainer/previewJob.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import { checkpointsOf, collectEvents, tinyConfig } from '../engine/tiny.ts';
import { folder } from './job.ts';

const COUNT = 96;
const WORDS = ['dull and slow', 'bright and quick', 'wide or thin'];

/** A small data set as files; the class is in every modality. */
function files(kind: 'table' | 'text' | 'captions'): DatasetFiles {
  const directory = folder();
  const file = (name: string, bytes: Uint8Array): ArtefactFile => {
    const path = join(directory, name);
    writeFileSync(path, bytes);
    return { digest: name, path, size: statSync(path).size };
  };
  const raw = (values: Float32Array | Float64Array | Uint32Array | Int16Array): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const codes = Int16Array.from({ length: COUNT }, (_, i) => i % 3);
  const texts = Array.from(codes, (code, i) => `number ${i} is ${WORDS[code]}`);
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const lengths = encoded.map(({ length }) => length);
  const ends = Float64Array.from(lengths, (_, i) =>
    lengths.slice(0, i + 1).reduce((sum, length) => sum + length, 0),
  );
  const said = { texts: file('texts', Buffer.concat(encoded)), ends: file('ends', raw(ends)) };
  const rows = Float32Array.from({ length: 2 * COUNT }, (_, i) => (i % 2 === 0 ? 10 * (codes[i / 2] ?? 0) + (i % 5) : i % 4)); // prettier-ignore
  const pixels = Uint8Array.from(
    { length: COUNT * 192 },
    (_, i) => 80 * (codes[Math.floor(i / 192)] ?? 0) + (i % 7),
  );
  const columns = [
    { name: 'age', kind: 'number' },
    { name: 'town', kind: 'category', values: ['a', 'b', 'c', 'unknown'] },
  ] as const;
  const format: Readonly<Record<typeof kind, FileFormat | undefined>> = {
    table: { kind: 'table', columns },
    text: { kind: 'text', ends: said.ends },
    captions: undefined,
  };
  const samples = { table: () => file('rows', raw(rows)), text: () => said.texts, captions: () => file('pixels', pixels) }; // prettier-ignore
  const part = (from: number, to: number): Uint32Array =>
    Uint32Array.from({ length: to - from }, (_, i) => from + i);
  const own = format[kind];
  return {
    id: kind,
    digest: kind,
    count: COUNT,
    shape: kind === 'table' ? [1, 1, 2] : kind === 'text' ? [40, 1, 1] : [8, 8, 3],
    samples: samples[kind](),
    ...(own === undefined ? { captions: said } : { format: own }),
    targets: [{ name: 'place', classes: ['x', 'y', 'z'], file: file('codes', raw(codes)) }],
    splits: {
      pretrain: file('pretrain', raw(part(0, 48))),
      probeTrain: file('probeTrain', raw(part(48, 72))),
      validation: file('validation', raw(part(72, 90))),
      audit: file('audit', raw(part(90, 96))),
    },
    validationGroups: [],
  };
}

const TEXTS = {
  id: 'textTransformer',
  params: { vocabulary: 300, length: 12, width: 8, depth: 1, heads: 2, ratio: 2 },
};
const CASES = [
  ['table', tinyConfig('maskedFeatures', { epochs: 1 })],
  ['text', tinyConfig('maskedTokens', { epochs: 1, encoder: TEXTS })],
  ['captions', tinyConfig('clip', { epochs: 1, method: { id: 'clip', params: { ...tinyConfig('clip').method.params, vocabulary: 300, length: 10 } } })],
] as const; // prettier-ignore

describe.each(CASES)('files of %s', (kind, config: RunConfig) => {
  const wanted = { encoder: config.encoder, method: config.method };
  it('are read to the end of a run, whose checkpoint alone suffices to predict', async () => {
    const dataset = files(kind);
    const data = openTrainingData(dataset, 'place', 'place', wanted);
    const engine = await onnx.activate({ device: 'cpu', threads: 1 });
    const events = await collectEvents(config, data, engine);
    data.close();
    const end = events.at(-1);
    const bytes = events.flatMap((event) => (event.type === 'checkpoint' ? [event.bytes] : [])).at(-1);
    const directory = folder();
    const path = join(directory, 'final.ckpt');
    writeFileSync(path, bytes ?? new Uint8Array(0));
    expect(checkpointsOf(events).at(-1)?.header.preparation).toEqual(data.preparation);
    const own = { ...config, engine: { id: 'onnx', device: 'cpu', threads: 1 } } as const;
    const job = { kind: 'predict', id: 'p', config: own, dataset, checkpoint: { digest: 'x', path, size: 1 }, directory, split: 'validation', representations: true } as const; // prettier-ignore
    const { predictions, representations } = await predictJob(job, new EngineShelf());
    const written = readFileSync(predictions.path);
    const body = written.subarray(written.indexOf(10) + 1);
    const right = Array.from(
      { length: 18 },
      (_, i) => body.readInt16LE(72 + 2 * i) === body.readInt16LE(108 + 2 * i),
    );
    const expected = end?.type === 'finished' ? end.results.linearAccuracy : null;
    expect(right.filter(Boolean).length / 18).toBeCloseTo(expected ?? NaN, 12);
    expect(readFileSync(representations?.path ?? '').toString('latin1', 10, 128)).toContain("'shape': (18, ");
  });
  it('give the same batches when a thread makes them', async () => {
    const dataset = files(kind);
    const data = openTrainingData(dataset, 'place', 'place', wanted);
    const start = { config, epoch: 0, stepInEpoch: 0, views: Rng.stream(config.seed, 'views').state() };
    const expected = [...batchesFrom(start, data)];
    const entry = new URL('../../main/trainer/batchWorker.ts', import.meta.url);
    const ahead = new BatchesAhead(entry, dataset, start, data.preparation);
    for (const batch of expected) expect(await ahead.next()).toEqual(batch);
    await ahead.close();
    data.close();
  });
});

describe('the designer’s views', () => {
  it.each([
    ['table', 'featureMask', { rate: 1 }, 'age missing, town unknown'],
    ['text', 'tokenMask', { rate: 0 }, 'number 3 is dull and slow'],
  ] as const)('of a %s are told in words', async (kind, id, params, words) => {
    const shelf = new PreviewShelf(new EngineShelf());
    const dataset = files(kind);
    const job = { kind: 'preview', id: 'v', dataset, indices: [3], views: [{ id, params, enabled: true }], count: 1, seed: 1 } as const; // prettier-ignore
    const { views } = await shelf.preview(job);
    expect(views[0]?.items[0]?.text).toBe(words);
    expect(views[0]?.shape).toEqual([1, 1, 1]);
  });
});

describe('damaged files', () => {
  it('of texts are refused, by their places and by their bytes', () => {
    const dataset = files('text');
    const ends = dataset.format?.kind === 'text' ? dataset.format.ends : dataset.samples;
    writeFileSync(ends.path, readFileSync(ends.path).subarray(0, 8 * 40));
    expect(() => openSamples(dataset)).toThrow(/cut short/);
    const other = files('text');
    writeFileSync(other.samples.path, readFileSync(other.samples.path).subarray(0, 100));
    expect(() => openSamples(other)).toThrow(/cut short/);
  });
});
