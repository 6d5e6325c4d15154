import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { exportBundle, importBundle } from '../../main/audits/exports/bundle.ts';
import type { BundleManifest } from '../../main/audits/exports/bundle.ts';
import { encodeNpy, parseFloat32Npy } from '../../main/audits/exports/npy.ts';
import { exportRun } from '../../main/audits/exports/runExport.ts';
import { configHash } from '../../main/core/runConfig.ts';
import { encodePredictions } from '../../main/core/predictions.ts';
import type { Store } from '../../main/store/index.ts';
import { AppError } from '../../preload/contract/errors.ts';
import { sampleConfig, temporaryFolder, withStore } from '../store/support/workspace.ts';

const now = { now: () => '2026-11-22T12:00:00.000Z', subjectKey: null };
const predictions = {
  indices: Uint32Array.of(10, 11, 14),
  truth: Int16Array.of(0, 1, 1),
  predicted: Int16Array.of(0, 0, 1),
  scores: Float32Array.of(0.75, 0.25, 0.5, 0.5, 0.125, 0.875),
};
const representations = encodeNpy([3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));

/** A finished run with points, logs, a checkpoint, predictions and representations. */
async function finishedRun(store: Store): Promise<string> {
  const config = sampleConfig();
  const experiment = store.experiments.create({ name: 'tests', notes: '' });
  const run = store.runs.create({
    experiment: experiment.id,
    name: 'amber lake',
    config,
    configHash: configHash(config),
    provenance: {
      datasetDigest: 'd'.repeat(64),
      codeVersion: '1',
      packages: {},
      engine: null,
      platform: 'x',
    },
  });
  const checkpoint = await store.artefacts.put(strToU8('weights'));
  const predicted = await store.artefacts.put(
    encodePredictions({ n: 3, target: 'digit', classes: ['low', '=high'], split: 'audit' }, predictions),
  );
  const represented = await store.artefacts.put(representations);
  const created = now.now();
  store.runs.addCheckpoint(
    run.id,
    { digest: checkpoint.digest, step: 4, epoch: 2, kind: 'final', size: checkpoint.size, created },
    1,
  );
  store.runs.addArtefact(run.id, {
    digest: predicted.digest,
    kind: 'predictions',
    name: 'dataset-1-audit-abc',
    size: predicted.size,
    created,
  });
  store.runs.addArtefact(run.id, {
    digest: represented.digest,
    kind: 'representations',
    name: 'dataset-1-audit-abc',
    size: represented.size,
    created,
  });
  store.points.append(
    run.id,
    [0.1, 1 / 3, 1e-300].map((value, seq) => ({
      seq,
      metric: 'loss',
      step: seq,
      epoch: seq / 2,
      time: seq,
      value,
    })),
  );
  store.logs.append(run.id, [{ time: created, level: 'info', text: 'epoch 1' }]);
  store.runs.change(run.id, { status: 'finished', ended: created, tags: ['baseline'], notes: 'a note' });
  return run.id;
}

const exported = async (
  store: Store,
  ...[id, what, format, sensitive]: [
    string,
    'points' | 'predictions' | 'representations',
    'parquet' | 'npy' | 'csv',
    boolean,
  ]
) => unzipSync((await exportRun(store, id, what, format, sensitive)).data);
const arrayBuffer = (bytes: Uint8Array | undefined): ArrayBuffer =>
  (bytes ?? new Uint8Array(0)).slice().buffer as ArrayBuffer;

test('points as Parquet, CSV and NPY hold the same numbers to the last bit, with a script that names the file', () =>
  withStore(async (store) => {
    const id = await finishedRun(store);
    const values = [0.1, 1 / 3, 1e-300];
    const parquet = await exported(store, id, 'points', 'parquet', false);
    const rows = await parquetReadObjects({ file: arrayBuffer(parquet['points.parquet']) });
    expect(rows.map((row) => [row['metric'], row['value']])).toEqual(values.map((value) => ['loss', value]));
    const csv = await exported(store, id, 'points', 'csv', false);
    const records: Record<string, string>[] = parse(strFromU8(csv['points.csv'] ?? new Uint8Array(0)), {
      columns: true,
    });
    expect(records.map((row) => Number(row['value']))).toEqual(values);
    const npy = await exported(store, id, 'points', 'npy', false);
    expect([...new Float64Array(arrayBuffer(npy['points.value.npy']?.subarray(-24)))]).toEqual(values);
    expect(JSON.parse(strFromU8(npy['points.metric.names.json'] ?? new Uint8Array(0)))).toEqual(['loss']);
    expect(strFromU8(parquet['read_me.py'] ?? new Uint8Array(0))).toContain(
      'pd.read_parquet(here / "points.parquet")',
    );
  }));

test('predictions leave out names, subjects and sensitive features, and no class runs as a formula', () =>
  withStore(async (store) => {
    const id = await finishedRun(store);
    const files = await exported(store, id, 'predictions', 'csv', false);
    const text = strFromU8(files['predictions-dataset-1-audit-abc.csv'] ?? new Uint8Array(0));
    expect(text).toBe(
      "row,truth,prediction,score_low,score_=high\r\n0,low,low,0.75,0.25\r\n1,'=high,low,0.5,0.5\r\n2,'=high,'=high,0.125,0.875\r\n",
    );
    expect(strFromU8(files['read_me.py'] ?? new Uint8Array(0))).toContain('were left out');
  }));

test('names of samples need their data set in the workspace', () =>
  withStore(async (store) => {
    const id = await finishedRun(store);
    await expect(exportRun(store, id, 'predictions', 'csv', true)).rejects.toThrow(
      'The data set that dataset-1-audit-abc predicts is not in this workspace.',
    );
  }));

test('representations must be confirmed; then they are the matrix that was stored', () =>
  withStore(async (store) => {
    const id = await finishedRun(store);
    await expect(exportRun(store, id, 'representations', 'npy', false)).rejects.toThrow(
      'data of single samples',
    );
    const npy = await exported(store, id, 'representations', 'npy', true);
    expect(npy['representations-dataset-1-audit-abc.npy']).toEqual(representations);
    const parquet = await exported(store, id, 'representations', 'parquet', true);
    const rows = await parquetReadObjects({
      file: arrayBuffer(parquet['representations-dataset-1-audit-abc.parquet']),
    });
    expect(rows).toEqual([
      { h0: 1, h1: 2 },
      { h0: 3, h1: 4 },
      { h0: 5, h1: 6 },
    ]);
  }));

test('formats that do not fit are refused', () =>
  withStore(async (store) => {
    const id = await finishedRun(store);
    await expect(exportRun(store, id, 'bundle', 'csv', false)).rejects.toThrow('A bundle is a zip.');
    await expect(exportRun(store, id, 'points', 'zip', false)).rejects.toThrow(
      'points are not exported as zip.',
    );
  }));

test('a NumPy file that is no float32 matrix is refused', () => {
  expect(parseFloat32Npy(representations)).toEqual({
    shape: [3, 2],
    data: Float32Array.of(1, 2, 3, 4, 5, 6),
  });
  expect(() => parseFloat32Npy(encodeNpy([2], Float64Array.of(1, 2)))).toThrow(
    'not a NumPy matrix of float32',
  );
  expect(() => parseFloat32Npy(representations.slice(0, -1))).toThrow('not a NumPy matrix of float32');
});

async function bundleOf(store: Store, id: string, sensitive = false): Promise<Uint8Array> {
  return exportBundle(store, store.runs.get(id), sensitive);
}

/** Imports bytes into a fresh workspace. */
async function importing<T>(bytes: Uint8Array, look: (store: Store, id: string) => T): Promise<T> {
  const folder = temporaryFolder('bundle');
  const path = join(folder.path, 'run.zip');
  writeFileSync(path, bytes);
  try {
    return await withStore(async (store) => look(store, await importBundle(store, path, now)));
  } finally {
    folder.remove();
  }
}

test('a bundle opens in another workspace with everything but data of single samples', () =>
  withStore(async (store) => {
    const id = await finishedRun(store);
    const before = store.runs.get(id);
    await importing(await bundleOf(store, id), (other, copy) => {
      const after = other.runs.get(copy);
      for (const key of [
        'name',
        'status',
        'config',
        'configHash',
        'provenance',
        'checkpoints',
        'tags',
        'notes',
        'metrics',
      ] as const)
        expect(after[key], key).toEqual(before[key]);
      expect(after.experimentName).toBe('tests');
      expect([...other.points.all(copy)]).toEqual([...store.points.all(id)]);
      expect(other.logs.tail(copy, 5).map((line) => line.text)).toEqual(['epoch 1']);
      expect(after.artefacts).toEqual([]);
      expect(other.runs.queue()).toEqual([]);
      expect(other.artefacts.find(before.checkpoints[0]?.digest ?? '').size).toBe(7);
    });
    await importing(await bundleOf(store, id, true), (other, copy) => {
      expect(
        other.runs
          .get(copy)
          .artefacts.map((one) => one.kind)
          .sort(),
      ).toEqual(['predictions', 'representations']);
    });
  }));

test('the manifest says what was withheld', () =>
  withStore(async (store) => {
    const files = unzipSync(await bundleOf(store, await finishedRun(store)));
    const manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array(0))) as BundleManifest;
    expect(manifest.withheld).toEqual(['predictions', 'representations']);
    expect(Object.keys(files).filter((name) => name.startsWith('artefacts/'))).toHaveLength(1);
  }));

type Unpacked = Record<string, Uint8Array>;
const reworked = (files: Unpacked, change: (manifest: Record<string, unknown>) => void): Unpacked => {
  const manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array(0))) as Record<
    string,
    unknown
  >;
  change(manifest);
  return { ...files, 'manifest.json': strToU8(JSON.stringify(manifest)) };
};

test.each<[string, (files: Unpacked) => Unpacked, RegExp]>([
  [
    'a changed file',
    (files) => ({ ...files, 'points.csv': strToU8('metric,step,epoch,time,value\n') }),
    /points\.csv in .* does not have the checksum/,
  ],
  [
    'a path out of the folder',
    (files) => ({ ...files, '../evil': strToU8('x') }),
    /holds a file "\.\.\/evil", which no run bundle has/,
  ],
  ['an absolute path', (files) => ({ ...files, '/etc/evil': strToU8('x') }), /which no run bundle has/],
  [
    'a file nobody listed',
    (files) => ({ ...files, [`artefacts/${'a'.repeat(64)}`]: strToU8('x') }),
    /which its manifest does not list/,
  ],
  [
    'a missing file',
    (files) => Object.fromEntries(Object.entries(files).filter(([name]) => name !== 'logs.json')),
    /lacks logs\.json/,
  ],
  [
    'a newer version',
    (files) => reworked(files, (manifest) => (manifest['version'] = 99)),
    /made by a newer Pretext/,
  ],
  [
    'another config',
    (files) =>
      reworked(files, (manifest) => ((manifest['run'] as { config: { seed: number } }).config.seed = 7)),
    /config in .* does not have the hash/,
  ],
  [
    'an artefact under a wrong digest',
    (files) => {
      const name = `artefacts/${'b'.repeat(64)}`;
      const sha256 = createHash('sha256').update('x').digest('hex');
      const listed = reworked(files, (manifest) =>
        (manifest['files'] as unknown[]).push({ path: name, sha256, size: 1 }),
      );
      return { ...listed, [name]: strToU8('x') };
    },
    /does not have the checksum/,
  ],
  [
    'a checkpoint that is not inside',
    (files) =>
      reworked(files, (manifest) =>
        (manifest['checkpoints'] as { digest: string }[]).push({ digest: 'c'.repeat(64) }),
      ),
    /names the artefact c+ but does not hold it/,
  ],
  ['no manifest', () => ({ 'points.csv': strToU8('') }), /is not a run bundle/],
])('a bundle with %s is refused and leaves nothing behind', async (_name, change, message) => {
  const bytes = await withStore(async (store) => bundleOf(store, await finishedRun(store)));
  const folder = temporaryFolder('bad');
  const path = join(folder.path, 'bad.zip');
  writeFileSync(path, zipSync(change(unzipSync(bytes))));
  await withStore(async (store) => {
    const failure: unknown = await importBundle(store, path, now).catch((cause: unknown) => cause);
    expect(failure).toBeInstanceOf(AppError);
    expect((failure as AppError).message).toMatch(message);
    expect(store.runs.list({ archived: true })).toEqual([]);
  });
  folder.remove();
});

test('a zip bomb is refused before it unpacks', async () => {
  const bomb = zipSync({ 'points.csv': new Uint8Array(64 << 20) }, { level: 9 });
  expect(bomb.length).toBeLessThan(100_000);
  await expect(importing(bomb, () => null)).rejects.toThrow('unpacks to far more than a run bundle holds');
});

test('what is no zip is refused with a sentence', async () => {
  await expect(importing(strToU8('hello'), () => null)).rejects.toThrow('is not a zip file that can be read');
});
