import { parseArgs } from 'node:util';
import * as engines from '../../../main/engine/backends/registry.ts';
import type { Engine, EngineEntry } from '../../../main/engine/engine.ts';
import { entryOf } from '../../../main/engine/registries.ts';
import { signatureOf } from '../../../main/engine/trainingStep.ts';
import type { BenchStep } from '../../bench/step.ts';
import * as benchSteps from '../../bench/steps/registry.ts';

/**
 * `node test/engine/parity/race.ts [--step simclr-cnn] [--of tensorflow/cpu] [--against onnx/cpu] [--rounds 8] [--threads 2]`: the
 * reference steps on two engines or devices in one process, taking turns. Prints medians, the ratio of each round's times (above 1: the
 * second is faster) and the largest relative difference between their losses.
 */
const { values } = parseArgs({
  options: {
    step: { type: 'string' },
    of: { type: 'string', default: 'tensorflow/cpu' },
    against: { type: 'string', default: 'onnx/cpu' },
    rounds: { type: 'string', default: '8' },
    threads: { type: 'string', default: '0' },
  },
});

/** Rounds that warm up and are not counted. */
const WARM_UP = 2;

interface Runner {
  readonly name: string;
  readonly ms: number[];
  readonly losses: number[];
  run(): Promise<void>;
}

function activated(name: string): Promise<Engine> {
  const [id = '', device = ''] = name.split('/');
  return entryOf<EngineEntry>(engines, id, 'engine').activate({ device, threads: Number(values.threads) });
}

async function runnerOf(name: string, { id, build }: BenchStep): Promise<Runner> {
  const engine = await activated(name);
  const { state: initial, inputs, fn } = build();
  const state = await engine.createState(initial);
  const step = await engine.compile(fn, signatureOf(initial, inputs), id);
  const [ms, losses]: [number[], number[]] = [[], []];
  const run = async (): Promise<void> => {
    const start = performance.now();
    const outputs = await step.run(state, inputs);
    ms.push(performance.now() - start);
    losses.push(outputs['loss']?.data[0] ?? NaN);
  };
  return { name, ms, losses, run };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

for (const step of Object.values(benchSteps)) {
  if (values.step !== undefined && step.id !== values.step) continue;
  const [first, second] = [await runnerOf(values.of, step), await runnerOf(values.against, step)];
  for (let round = 0; round < WARM_UP + Number(values.rounds); round++) {
    await first.run();
    await second.run();
  }
  const ratios = first.ms.map((ms, round) => ms / (second.ms[round] ?? NaN)).slice(WARM_UP);
  const deviations = first.losses.map((loss, round) => Math.abs(loss / (second.losses[round] ?? NaN) - 1));
  const times = [first, second].map(({ name, ms }) => `${name} ${median(ms.slice(WARM_UP)).toFixed(1)} ms`);
  console.log(
    `${step.id.padEnd(16)} ${times.join('  ')}  ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})  losses differ by ${Math.max(...deviations).toExponential(1)} at most`,
  );
}
