import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalog, DatasetRow, RunConfig, RunResults } from '../../preload/contract/vocabulary.ts';
import { artefactPath, type DatasetFiles, type ImportedDataset } from '../../main/core/datasetFiles.ts';
import { parseConfig } from '../../main/core/runConfig.ts';
import { importDataset } from '../../main/data/dataset.ts';
import { fsArtefactWriter, readArtefact } from '../../main/data/fsSink.ts';
import { datasetFilesOf } from '../../main/data/stored.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import { engineCatalog } from '../../main/engine/catalog.ts';
import type { Engine } from '../../main/engine/engine.ts';
import { pretrain } from '../../main/engine/pretrain.ts';
import type { PretrainHost } from '../../main/engine/pretrainEvents.ts';
import { openTrainingData } from '../../main/trainer/datasetReader.ts';

/** What one seed gave. */
export interface SimclrOutcome {
  readonly seed: number;
  readonly results: RunResults;
  /** kNN accuracy of the untrained encoder whose batch norm has seen data: one pass of steps that move no weight. */
  readonly settledKnnAccuracy: number | null;
  /** Median over the training steps. */
  readonly imagesPerSecond: number;
  readonly seconds: number;
}

/** The run of the acceptance: SimCLR, small CNN, coloured digits, 3 epochs on 20,000 images. Views keep digits what they are: no flip. */
export const SIMCLR_RUN = {
  method: { id: 'simclr', params: { temperature: 0.2, projectorNorm: true } },
  views: [
    { id: 'resizedCrop', params: { scale: [0.4, 1], ratio: [0.75, 1.3333333333333333] } },
    { id: 'rotation', params: { degrees: 15 } },
    { id: 'colourJitter', params: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2, p: 0.8 } },
    { id: 'grayscale', params: { p: 0.2 } },
  ],
  optimizer: { id: 'sgdMomentum', params: { learningRate: 0.12 } },
  batchSize: 128,
  epochs: 3,
  maxSamples: 20_000,
  monitor: { bankSize: 2048 },
} as const;

/** Imports the coloured digits into a folder. */
export async function importDigits(
  workspace: string,
): Promise<{ imported: ImportedDataset; files: DatasetFiles }> {
  const imported = await importDataset({
    path: 'builtin:coloured-digits',
    reader: null,
    options: { correlation: 0.5, minorityShare: 0.5 },
    writer: fsArtefactWriter(workspace),
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  const files = await datasetFilesOf({
    id: 'digits',
    ...imported,
    find: (digest) => {
      const path = join(workspace, artefactPath(digest));
      return { digest, path, size: statSync(path).size };
    },
    readBytes: readArtefact,
  });
  return { imported, files };
}

/** The complete config of a run on an imported data set. */
export function configFor(imported: ImportedDataset, given: object): RunConfig {
  const row = { ...imported, id: 'digits', created: '', archived: false, rejected: 0 } satisfies DatasetRow;
  const catalog: Catalog = {
    ...engineCatalog(),
    metrics: [],
    disparities: [],
    readers: [],
    reportFormats: [],
  };
  return parseConfig({ dataset: 'digits', ...given }, { catalog, dataset: () => row });
}

/** Steps so small that weights stay: only batch norm's running statistics move. */
const SETTLING = {
  optimizer: { id: 'sgdMomentum', params: { learningRate: 1e-6, momentum: 0, weightDecay: 0 } },
  epochs: 1,
  maxSamples: 60 * 128,
} as const;

/** Trains one run and answers what its probes found. */
export async function trainOnce(
  engine: Engine,
  config: RunConfig,
  files: DatasetFiles,
): Promise<Omit<SimclrOutcome, 'settledKnnAccuracy'>> {
  const data = openTrainingData(files, config.target, config.evaluate.knn.target);
  const host: PretrainHost = {
    engine,
    clock: () => performance.now() / 1000,
    energy: () => null,
    peakMemory: () => null,
    wish: () => 'go',
    untilResumed: async () => {},
  };
  const start = host.clock();
  const speeds: number[] = [];
  let results: RunResults | null = null;
  for await (const event of pretrain(
    { config, data, datasetDigest: files.digest, resumeFrom: null, spent: null },
    host,
  )) {
    if (event.type === 'points')
      for (const { metric, epoch, value } of event.points) {
        if (metric === 'samplesPerSecond') speeds.push(value);
        if (['knn', 'effectiveRank', 'std'].includes(metric))
          process.stderr.write(`  epoch ${epoch} ${metric} ${value.toFixed(4)}\n`);
      }
    if (event.type === 'finished') results = event.results;
  }
  data.close();
  if (!results) throw new Error('The run ended without results.');
  speeds.sort((a, b) => a - b);
  const imagesPerSecond = speeds[Math.floor(speeds.length / 2)] ?? 0;
  return { seed: config.seed, results, imagesPerSecond, seconds: host.clock() - start };
}

/** Runs the acceptance for the given seeds and prints one line each. */
export async function simclrBench(
  seeds: readonly number[],
  changes: object = {},
): Promise<readonly SimclrOutcome[]> {
  const workspace = mkdtempSync(join(tmpdir(), 'pretext-simclr-'));
  try {
    const { imported, files } = await importDigits(workspace);
    const engine = await onnx.activate({ device: 'cpu', threads: 0 });
    const outcomes: SimclrOutcome[] = [];
    for (const seed of seeds) {
      const given = { ...SIMCLR_RUN, ...changes, seed };
      const settled = await trainOnce(engine, configFor(imported, { ...given, ...SETTLING }), files);
      const trained = await trainOnce(engine, configFor(imported, given), files);
      const outcome = { ...trained, settledKnnAccuracy: settled.results.knnAccuracy };
      process.stdout.write(`${lineOf(outcome)}\n`);
      outcomes.push(outcome);
    }
    return outcomes;
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function lineOf({ seed, results, settledKnnAccuracy, imagesPerSecond, seconds }: SimclrOutcome): string {
  const percent = (value: number | null): string => (value === null ? 'undefined' : (100 * value).toFixed(1));
  const gain = (results.knnAccuracy ?? NaN) - (results.untrainedKnnAccuracy ?? NaN);
  return [
    `seed ${seed}: kNN of 10 digits ${percent(results.knnAccuracy)}`,
    `untrained ${percent(results.untrainedKnnAccuracy)} (gain ${percent(gain)} points)`,
    `untrained with settled statistics ${percent(settledKnnAccuracy)}`,
    `raw pixels ${percent(results.rawPixelKnnAccuracy)}`,
    `linear probe ${percent(results.linearAccuracy)}`,
    `${Math.round(imagesPerSecond)} images/s, ${Math.round(seconds)} s`,
    `batch norm in ${results.batchNormMode}`,
  ].join('; ');
}

/** Images per second of the same step in PyTorch, without views; null if no Python is named. */
function torchImagesPerSecond(): number | null {
  const python = process.env['PRETEXT_PYTHON'];
  if (!python) return null;
  const script = fileURLToPath(new URL('reference/simclrDigits.py', import.meta.url));
  const { batchSize } = SIMCLR_RUN;
  const args = [script, batchSize, 28, 20, availableParallelism()].map(String);
  return batchSize / Number(execFileSync(python, args, { encoding: 'utf8' }));
}

/** Medians before and after the runs, so that both share the machine's moods. */
async function main(seeds: readonly number[]): Promise<void> {
  const before = torchImagesPerSecond();
  const outcomes = await simclrBench(seeds);
  const after = torchImagesPerSecond();
  if (before === null || after === null) {
    process.stdout.write('PyTorch: not measured, because PRETEXT_PYTHON names no Python with torch.\n');
    return;
  }
  const torch = (before + after) / 2;
  const speeds = outcomes.map(({ imagesPerSecond }) => imagesPerSecond).sort((a, b) => a - b);
  const ours = speeds[Math.floor(speeds.length / 2)] ?? 0;
  process.stdout.write(
    `onnx ${Math.round(ours)} images/s with views; PyTorch ${Math.round(torch)} without (${Math.round(before)} before, ${Math.round(after)} after); ratio ${(ours / torch).toFixed(2)}\n`,
  );
}

if (process.argv[1]?.endsWith('simclr.ts')) {
  const seeds = process.argv.slice(2).map(Number);
  await main(seeds.length > 0 ? seeds : [1, 2, 3]);
}
