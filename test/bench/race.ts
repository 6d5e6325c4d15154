import { Contender } from './contender.ts';

/** Spread of a ratio over the rounds. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** What one engine did on one reference step. */
export interface Result {
  readonly id: string;
  readonly engine: string;
  readonly device: string;
  readonly compileMs: number | null;
  readonly medianMs: number;
  readonly samplesPerSecond: number;
  readonly peakMemoryMiB: number;
  /** Share of the loop's time that was not inside steps. Inputs are fixed here, so this is what the loop itself costs. */
  readonly waitingShare: number | null;
  /** PyTorch's time over this engine's; null where PyTorch did not run. */
  readonly ratio: Ratio | null;
  /** This engine's peak memory over PyTorch's; null where PyTorch did not run. */
  readonly memoryRatio: number | null;
}

/** How to race. */
export interface RaceOptions {
  readonly rounds: number;
  readonly threads: number;
  /** Folders for the compiled graph and for the operators' times; null for neither. */
  readonly dumpGraph: string | null;
  readonly profile: string | null;
}

interface Turn {
  readonly ms: number;
  readonly waiting: number | null;
}

interface Runner {
  readonly contender: Contender;
  readonly device: string;
  readonly compileMs: number | null;
  readonly turns: Turn[];
}

/** Steps timed per turn; the first of a turn only warms caches up again. */
const STEPS_PER_TURN = 4;

/** The middle value; the mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function turn(contender: Contender): Promise<Turn> {
  // Worker threads of the other engine spin for a while after their last operator.
  await pause(50);
  const answer = await contender.ask<{ ms: number[]; wallMs?: number }>({ do: 'run', count: STEPS_PER_TURN });
  const inside = answer.ms.reduce((sum, ms) => sum + ms, 0);
  const waiting = answer.wallMs === undefined ? null : 1 - inside / answer.wallMs;
  return { ms: median(answer.ms.slice(1)), waiting };
}

async function prepared(
  contender: Contender,
  id: string,
  samples: number,
  options: RaceOptions,
): Promise<Runner> {
  const { device, compileMs } = await contender.ask<{ device: string; compileMs?: number }>({
    do: 'prepare',
    id,
    samples,
    threads: options.threads,
    ...(options.dumpGraph === null ? {} : { dumpGraph: options.dumpGraph }),
    ...(options.profile === null ? {} : { profile: `${options.profile}/${id}` }),
  });
  await turn(contender);
  return { contender, device, compileMs: compileMs ?? null, turns: [] };
}

/** Lets all engines take turns on one step, each in a process of its own, so that peak memory is the step's. */
export async function race(id: string, samples: number, options: RaceOptions): Promise<Result[]> {
  const runners: Runner[] = [];
  for (const contender of contenders()) runners.push(await prepared(contender, id, samples, options));
  for (let round = 0; round < options.rounds; round++) {
    for (const runner of runners) runner.turns.push(await turn(runner.contender));
  }
  const peaks = await Promise.all(
    runners.map(({ contender }) => contender.ask<{ peakMemoryMiB: number }>({ do: 'memory' })),
  );
  const reference = runners.findIndex(({ contender }) => contender.engine === 'pytorch');
  const results = runners.map((runner, index) => {
    const peakMemoryMiB = peaks[index]?.peakMemoryMiB ?? NaN;
    const theirs = peaks[reference]?.peakMemoryMiB;
    return {
      ...summary(id, samples, runner, runners[reference] ?? null),
      peakMemoryMiB,
      memoryRatio: theirs === undefined ? null : peakMemoryMiB / theirs,
    };
  });
  for (const { contender } of runners) {
    await contender.ask({ do: 'end' });
    contender.close();
  }
  return results;
}

function contenders(): Contender[] {
  const local = (name: string): string => new URL(name, import.meta.url).pathname;
  const own = new Contender('onnx', process.execPath, [local('engineWorker.ts')]);
  const python = process.env['PRETEXT_PYTHON'];
  if (python === undefined) return [own];
  return [own, new Contender('pytorch', python, [local('reference/steps.py')])];
}

function summary(
  id: string,
  samples: number,
  { contender, device, compileMs, turns }: Runner,
  reference: Runner | null,
): Omit<Result, 'peakMemoryMiB' | 'memoryRatio'> {
  const own = turns.map(({ ms }) => ms);
  const medianMs = median(own);
  const waits = turns.flatMap(({ waiting }) => (waiting === null ? [] : [waiting]));
  return {
    id,
    engine: contender.engine,
    device,
    compileMs,
    medianMs,
    samplesPerSecond: (1000 * samples) / medianMs,
    waitingShare: waits.length === 0 ? null : median(waits),
    ratio:
      reference === null
        ? null
        : ratioOf(
            reference.turns.map(({ ms }) => ms),
            own,
          ),
  };
}

function ratioOf(reference: readonly number[], own: readonly number[]): Ratio {
  const ratios = own.map((ms, round) => (reference[round] ?? NaN) / ms);
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}
