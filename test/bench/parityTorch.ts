/**
 * SimCLR and BYOL here and in PyTorch: same weights at the start, same batches, same views. The loss of the first 20 steps has to agree to 1e-3;
 * with `--samples 60000 --seeds 10` both train on to the end, and the 90% interval (two one-sided tests at 5%) of the difference of their kNN
 * accuracies has to lie within 2 points. `PRETEXT_PYTHON=<python> npm run bench -- parityTorch [--only byol --samples n --seeds n]`. Every
 * finished seed is kept, and asked again it goes on. Says why it does nothing where no such Python is named.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import { meanInterval } from '../../main/fairness/studentT.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import { openBenchData } from './methodRuns/data.ts';
import { compared } from './parity/compareTorch.ts';

const METHODS = ['simclr', 'byol'] as const;
const STEPS = 20;
const LOSS = 1e-3;
/** Learning rate of the steps whose losses are compared. */
const RATE = 1e-3;
const POINTS = 0.02;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    /** Samples seen by each; 0: the first steps alone. */
    samples: { type: 'string', default: '0' },
    batch: { type: 'string', default: '64' },
    threads: { type: 'string', default: '2' },
    limit: { type: 'string', default: '0' },
    folder: { type: 'string', default: join(import.meta.dirname, '../../out/bench/parityTorch') },
  },
});
const python = process.env['PRETEXT_PYTHON'];
if (python === undefined) {
  console.log('skipped: PRETEXT_PYTHON names no Python with torch');
  process.exit(0);
}

/** What both came to with one seed. */
interface Outcome {
  readonly method: string;
  readonly seed: number;
  readonly samples: number;
  readonly data: string;
  /** Largest relative difference of the loss within the first steps. */
  readonly deviation: number;
  readonly ours: number | null;
  readonly theirs: number | null;
}

mkdirSync(flags.folder, { recursive: true });
const data = await openBenchData(flags.folder, Number(flags.limit));
const file = join(flags.folder, 'outcomes.json');
let outcomes = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Outcome[]) : [];
const samples = Number(flags.samples);
const batch = Number(flags.batch);
const methods = METHODS.filter(
  (method) => flags.only === undefined || flags.only.split(',').includes(method),
);
const engine = await onnx.activate({ device: 'cpu', threads: Number(flags.threads) });

for (let seed = 1; seed <= Number(flags.seeds); seed++)
  for (const method of methods)
    if (!outcomes.some((row) => isWanted(row, method) && row.seed === seed)) await measure(method, seed);
await engine.dispose();
data.close();
process.exitCode = methods.map(judged).every(Boolean) ? 0 : 1;

function isWanted(row: Outcome, method: string): boolean {
  return row.method === method && row.samples === samples && row.data === data.name;
}

async function measure(method: string, seed: number): Promise<void> {
  const config = configOf(method, seed);
  const opened = await data.open(config);
  const out = join(flags.folder, `torch-${method}-${seed}.safetensors`);
  try {
    const torch = { python: python as string, threads: Number(flags.threads), out };
    const start = { steps: STEPS, first: STEPS, judged: false };
    const { deviation } = await compared(engine, slowly(config), opened, torch, start);
    const whole = { steps: Math.floor(samples / batch), first: 0, judged: true };
    const { ours, theirs } =
      samples === 0 ? { ours: null, theirs: null } : await compared(engine, config, opened, torch, whole);
    keep({ method, seed, samples, data: data.name, deviation, ours, theirs });
  } finally {
    opened.close();
    rmSync(out, { force: true });
  }
}

/**
 * The config at a learning rate at which steps can be compared. At the recipe's 0.06 rounding alone grows from 1e-7 to 4e-3 and more within 20 steps:
 * the background of these images makes whole areas of equal values, which a ReLU near 0 lets through on one side and not on the other.
 */
function slowly(config: RunConfig): RunConfig {
  const { optimizer } = config;
  return { ...config, optimizer: { ...optimizer, params: { ...optimizer.params, learningRate: RATE } } };
}

function configOf(method: string, seed: number): RunConfig {
  const available = data.row.splits.pretrain;
  const seen = Math.max(samples, STEPS * batch);
  const epochs = Math.ceil(seen / available);
  return data.config({
    ...{ method: { id: method }, encoder: 'smallCnn', seed, batchSize: batch, epochs },
    maxSamples: Math.floor(seen / epochs),
  });
}

function keep(row: Outcome): void {
  outcomes = [...outcomes, row];
  writeFileSync(`${file}.tmp`, `${JSON.stringify(outcomes, null, 1)}\n`);
  renameSync(`${file}.tmp`, file);
  const knn =
    row.ours === null || row.theirs === null
      ? ''
      : `, kNN ${(100 * row.ours).toFixed(2)} here and ${(100 * row.theirs).toFixed(2)} there`;
  console.log(
    `${row.method} seed ${row.seed}: losses of ${STEPS} steps differ by ${row.deviation.toExponential(1)} at most${knn}`,
  );
}

/** Prints how a method stands; false if it misses a bound. */
function judged(method: string): boolean {
  const rows = outcomes.filter((row) => isWanted(row, method));
  const worst = Math.max(...rows.map(({ deviation }) => deviation));
  const lossHolds = worst <= LOSS;
  console.log(
    `${method}: largest relative difference of the loss ${worst.toExponential(1)}, bound ${LOSS}: ${lossHolds ? 'within' : 'NOT within'}`,
  );
  const differences = rows.flatMap(({ ours, theirs }) =>
    ours === null || theirs === null ? [] : [ours - theirs],
  );
  const interval = meanInterval(differences, 0.9);
  if (!interval) return lossHolds;
  const holds = interval.low > -POINTS && interval.high < POINTS;
  const points = (value: number): string => (100 * value).toFixed(2);
  console.log(
    `${method}: kNN here minus there over ${interval.n} seeds ${points(interval.mean)} points, 90% interval ${points(interval.low)} to ${points(interval.high)}, bound 2 points: ${holds ? 'within' : 'NOT within'}`,
  );
  return lossHolds && holds;
}
