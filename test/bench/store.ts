/**
 * Measures the store: `node test/bench/store.ts [--json]`. Every figure is the median of several rounds; the rounds of
 * reading are interleaved so that none gains from a quiet moment.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '../../main/core/rng.ts';
import { openStore, type Store } from '../../main/store/index.ts';
import { addRun, countingHost, temporaryFolder } from '../store/support/workspace.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    runs: { type: 'string', default: '100' },
    points: { type: 'string', default: '100000' },
    rows: { type: 'string', default: '10000' },
    batch: { type: 'string', default: '5000' },
  },
});
const RUNS = Number(flags.runs);
const POINTS = Number(flags.points);
const METRICS = ['loss', 'loss.alignment', 'loss.uniformity', 'learningRate', 'std'] as const;

interface Figure {
  readonly id: string;
  readonly unit: string;
  readonly median: number;
  readonly goal: number;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

type Batch = Parameters<Store['points']['append']>[1];

/** Batches as a trainer sends them: 32-bit losses, uneven times, all metrics at every step. */
function batchesOf(metrics: readonly string[], points: number, size: number, seed: number): readonly Batch[] {
  const rng = Rng.stream(seed, 'bench');
  const all = Array.from({ length: points }, (_, seq) => {
    const step = Math.floor(seq / metrics.length);
    const value = Math.fround(Math.exp(-step / 30_000) + rng.normal() / 10);
    const metric = metrics[seq % metrics.length] ?? '';
    return { seq, metric, step, epoch: step / 390, time: step * 0.031 + rng.uniform() / 100, value };
  });
  return Array.from({ length: Math.ceil(points / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

/** Points per second into a store that commits every batch to the disk. */
function ingest(store: Store, rounds: number): number {
  const rates = Array.from({ length: rounds }, (_, round) => {
    const run = addRun(store);
    const batches = batchesOf(METRICS, 400_000, Number(flags.batch), round);
    const time = milliseconds(() => batches.forEach((batch) => store.points.append(run, batch)));
    return 400_000 / (time / 1000);
  });
  return median(rates);
}

function chart(store: Store, runs: readonly string[]): readonly Figure[] {
  const ask = (from: number | null, to: number | null) => (): number =>
    milliseconds(() => store.points.series({ runs, metrics: ['loss'], buckets: 800, from, to }));
  const questions = {
    'chart.first': { ask: ask(null, null), goal: 300 },
    'chart.zoom half': { ask: ask(POINTS * 0.25, POINTS * 0.75), goal: 50 },
    'chart.zoom fifth': { ask: ask(POINTS * 0.4, POINTS * 0.6), goal: 50 },
    'chart.zoom tenth': { ask: ask(POINTS * 0.42, POINTS * 0.52), goal: 50 },
    'chart.zoom hundredth': { ask: ask(POINTS * 0.5, POINTS * 0.51), goal: 50 },
  };
  const times = new Map<string, number[]>();
  for (let round = 0; round < 9; round++) {
    for (const [id, question] of Object.entries(questions))
      times.set(id, [...(times.get(id) ?? []), question.ask()]);
  }
  return Object.entries(questions).map(([id, { goal }]) => ({
    id,
    unit: 'ms',
    median: median(times.get(id) ?? []),
    goal,
  }));
}

function table(store: Store): Figure {
  const metrics = Array.from({ length: 12 }, (_, i) => `metric.${i}`);
  store.transaction(() => {
    for (let i = 0; i < Number(flags.rows); i++) {
      const run = addRun(store, { seed: i });
      store.points.append(run, batchesOf(metrics, metrics.length, metrics.length, i)[0] ?? []);
      store.runs.change(run, { tags: ['bench'], progress: null });
    }
  });
  const times = Array.from({ length: 9 }, () => milliseconds(() => store.runs.list({ archived: true })));
  return { id: `runs.list of ${flags.rows}`, unit: 'ms', median: median(times), goal: 150 };
}

const folder = temporaryFolder('bench');
const path = join(folder.path, 'workspace');
let store = openStore(path, countingHost());
const figures: Figure[] = [{ id: 'ingest', unit: 'points/s', median: ingest(store, 5), goal: 400_000 }];
const runs = Array.from({ length: RUNS }, (_, i) => {
  const run = addRun(store, { seed: i });
  for (const batch of batchesOf(['loss'], POINTS, 20_000, i)) store.points.append(run, batch);
  return run;
});
store.close();
const reopening: number[] = [];
const firstChart: number[] = [];
for (let round = 0; round < 5; round++) {
  reopening.push(milliseconds(() => void (store = openStore(path, countingHost(1_000_000)))));
  firstChart.push(
    milliseconds(() => store.points.series({ runs, metrics: ['loss'], buckets: 800, from: null, to: null })),
  );
  if (round < 4) store.close();
}
figures.push({ id: 'open', unit: 'ms', median: median(reopening), goal: 300 });
figures.push({ id: 'chart.first after opening', unit: 'ms', median: median(firstChart), goal: 300 });
figures.push(...chart(store, runs), table(store));
const { sizeBytes } = await store.usage();
store.close();
folder.remove();

if (flags.json) process.stdout.write(`${JSON.stringify({ figures, sizeBytes })}\n`);
else {
  for (const { id, unit, median: value, goal } of figures)
    process.stdout.write(
      `${id.padEnd(28)} ${value.toFixed(value > 1000 ? 0 : 1).padStart(10)} ${unit.padEnd(9)} goal ${goal}\n`,
    );
  process.stdout.write(`workspace ${(sizeBytes / 2 ** 20).toFixed(0)} MiB\n`);
}
