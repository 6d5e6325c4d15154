/**
 * Compares every image method on the same data, encoder, samples seen and seeds: kNN and linear accuracy beside raw input, the untrained encoder
 * with recalibrated batch norm, and the supervised twin. `npm run bench:methods [-- --only simclr,byol --seeds 5 --samples 60000]`. At the
 * lowest priority; every finished run is kept, and asked again it goes on with what is missing: it may be stopped at any time.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../../preload/contract/errors.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import { methods } from '../../main/engine/registries.ts';
import type { SslMethod } from '../../main/engine/method.ts';
import { openBenchData } from './methodRuns/data.ts';
import { type MethodRun, methodTable } from './methodRuns/table.ts';
import { configOf, rawLinear, trained } from './methodRuns/train.ts';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    samples: { type: 'string', default: '60000' },
    /** Samples of the data set that are imported; 0: all. */
    limit: { type: 'string', default: '0' },
    threads: { type: 'string', default: '0' },
    folder: { type: 'string', default: join(import.meta.dirname, '../../out/bench/methods') },
    /** Prints the table of what there is. */
    table: { type: 'boolean', default: false },
  },
});

setPriority(constants.priority.PRIORITY_LOW);
const data = await openBenchData(flags.folder, Number(flags.limit));
const file = join(flags.folder, 'methods.json');
let runs = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly MethodRun[]) : [];
const samples = Number(flags.samples);
const comparable = (run: MethodRun): boolean => run.data === data.name && run.samples === samples;

const BASELINES = ['randomEncoder', 'supervised'];
const images = Object.values<SslMethod>(methods)
  .filter(({ modalities }) => modalities.includes('image'))
  .map(({ id }) => id);
const known = [...BASELINES, ...images.filter((id) => !BASELINES.includes(id)).sort()];
const wanted = flags.only?.split(',') ?? known;
const strangers = wanted.filter((id) => !known.includes(id));
if (strangers.length > 0) {
  console.error(`There is no image method ${strangers.join(', ')}. Known: ${known.join(', ')}.`);
  process.exit(2);
}

if (!flags.table) await complete();
console.log(`\n${data.name}, ${samples} samples seen:\n\n${methodTable(runs.filter(comparable))}`);
data.close();

/** Runs what is missing, seed by seed, so that an early stop leaves comparable rows. */
async function complete(): Promise<void> {
  const engine = await onnx.activate({ device: 'cpu', threads: Number(flags.threads) });
  for (let seed = 1; seed <= Number(flags.seeds); seed++)
    for (const method of wanted) {
      const done = runs.some((run) => comparable(run) && run.method === method && run.seed === seed);
      if (!done) await measuredOrRefused(method, seed);
    }
  await engine.dispose();

  /** A method that refuses this data, such as one of images with captions, is said and left out. */
  async function measuredOrRefused(method: string, seed: number): Promise<void> {
    try {
      keep(await measured(method, seed));
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code !== 'invalidConfig') throw cause;
      console.log(`${method} left out: ${cause.message}`);
    }
  }

  async function measured(method: string, seed: number): Promise<MethodRun> {
    const available = data.row.splits.pretrain;
    const config = data.config(configOf(method, seed, samples, available));
    const opened = await data.open(config);
    try {
      const { results, minutes } = await trained(engine, config, opened);
      const sibling = runs.find((run) => comparable(run) && run.seed === seed && run.rawLinear !== null);
      return {
        ...{ method, seed, data: data.name, samples, encoder: config.encoder.id },
        ...{ knn: results.knnAccuracy, linear: results.linearAccuracy, minutes },
        rawKnn: results.rawPixelKnnAccuracy,
        rawLinear: sibling?.rawLinear ?? (await rawLinear(engine, config, opened)),
        date: new Date().toISOString(),
      };
    } finally {
      opened.close();
    }
  }
}

function keep(run: MethodRun): void {
  runs = [...runs, run];
  writeFileSync(`${file}.tmp`, `${JSON.stringify(runs, null, 1)}\n`);
  renameSync(`${file}.tmp`, file);
  const share = (value: number | null): string => (value === null ? '–' : (100 * value).toFixed(1));
  console.log(
    `${run.method} seed ${run.seed}: kNN ${share(run.knn)}, linear ${share(run.linear)}, ${run.minutes.toFixed(2)} minutes`,
  );
}
