import { parseArgs } from 'node:util';

import { Contender } from './contender.ts';
import * as steps from './steps/registry.ts';

/**
 * Times the reference steps on the compiler and, if `PRETEXT_PYTHON` names a Python with torch, in PyTorch, taking
 * turns within one run so that both meet the same load. Usage: node test/bench/engine.ts [--json] [--rounds 8]
 * [--threads 2] [--only simclr-cnn]
 */
interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

interface Result {
  readonly id: string;
  readonly engine: string;
  readonly device: string;
  readonly medianMs: number;
  readonly samplesPerSecond: number;
  readonly peakMemoryMiB: number;
  /** PyTorch's time over this engine's; null where PyTorch did not run. */
  readonly ratio: Ratio | null;
}

interface Options {
  readonly rounds: number;
  readonly threads: number;
}

/** Steps timed per turn; the first of a turn only warms caches up again. */
const STEPS_PER_TURN = 4;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function turn(contender: Contender): Promise<number> {
  // Worker threads of the other engine spin for a while after their last operator.
  await pause(50);
  const { ms } = await contender.ask<{ ms: number[] }>({ do: 'run', count: STEPS_PER_TURN });
  return median(ms.slice(1));
}

async function race(
  id: string,
  samples: number,
  contenders: readonly Contender[],
  options: Options,
): Promise<Result[]> {
  const devices: string[] = [];
  for (const contender of contenders) {
    devices.push(
      (await contender.ask<{ device: string }>({ do: 'prepare', id, samples, threads: options.threads }))
        .device,
    );
    await turn(contender);
  }
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < options.rounds; round++) {
    for (const [index, contender] of contenders.entries()) times[index]?.push(await turn(contender));
  }
  const reference = times[contenders.findIndex(({ engine }) => engine === 'pytorch')] ?? null;
  return Promise.all(
    contenders.map(async (contender, index) => {
      const own = times[index] ?? [];
      const { peakMemoryMiB } = await contender.ask<{ peakMemoryMiB: number }>({ do: 'memory' });
      const medianMs = median(own);
      const result = {
        id,
        engine: contender.engine,
        device: devices[index] ?? 'cpu',
        medianMs,
        peakMemoryMiB,
      };
      return { ...result, samplesPerSecond: (1000 * samples) / medianMs, ratio: ratioOf(reference, own) };
    }),
  );
}

function ratioOf(reference: readonly number[] | null, own: readonly number[]): Ratio | null {
  if (reference === null) return null;
  const ratios = own.map((ms, round) => (reference[round] ?? NaN) / ms);
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

function contendersFor(): Contender[] {
  const local = (name: string): string => new URL(name, import.meta.url).pathname;
  const own = new Contender('onnx', process.execPath, [local('engineWorker.ts')]);
  const python = process.env['PRETEXT_PYTHON'];
  if (python === undefined) return [own];
  return [own, new Contender('pytorch', python, [local('reference/steps.py')])];
}

function line({ id, engine, medianMs, samplesPerSecond, peakMemoryMiB, ratio }: Result): string {
  const times = `${medianMs.toFixed(1)} ms  ${samplesPerSecond.toFixed(0)} samples/s  ${peakMemoryMiB.toFixed(0)} MiB`;
  const spread =
    ratio === null
      ? ''
      : `  ${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`;
  return `${id.padEnd(18)} ${engine.padEnd(8)} ${times}${spread}`;
}

function geometricMean(results: readonly Result[]): number | null {
  const ratios = results.flatMap(({ engine, ratio }) =>
    engine === 'onnx' && ratio !== null ? [ratio.median] : [],
  );
  if (ratios.length === 0) return null;
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '8' },
    threads: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});

const results: Result[] = [];
for (const make of Object.values(steps)) {
  const { id, samples } = make();
  if (values.only !== undefined && values.only !== id) continue;
  // New processes for every step, so that peak memory is the step's own.
  const contenders = contendersFor();
  const raced = await race(id, samples, contenders, {
    rounds: Number(values.rounds),
    threads: Number(values.threads),
  });
  contenders.forEach((contender) => contender.close());
  results.push(...raced);
  if (!values.json) for (const result of raced) console.log(line(result));
}
const mean = geometricMean(results);
if (values.json) console.log(JSON.stringify({ steps: results, geometricMean: mean }, null, 2));
else if (mean !== null) console.log(`PyTorch time / our time, geometric mean: ${mean.toFixed(2)}`);
