import type { Estimate } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import type { Engine } from './engine.ts';
import { leased } from './leasedEngine.ts';
import type { PretrainTask } from './pretrainEvents.ts';
import { compileTraining, type CompiledTraining } from './pretrainRun.ts';
import { codesOf } from './trainingData.ts';
import { pretrainSamples } from './trainingSetup.ts';
import { trainingInputs } from './trainingStep.ts';

/** Steps that are timed, after one that warms up. */
const TIMED = 3;

/** Measuring instruments that the outside lends. */
export interface EstimateHost {
  readonly clock: () => number;
  readonly peakMemory: () => number | null;
}

/** Parameters, operations and, if asked, the median time of a few real steps. Monitors and probes are not in the total. */
export async function estimate(
  engine: Engine,
  task: Pick<PretrainTask, 'config' | 'data'>,
  measure: boolean,
  host: EstimateHost,
): Promise<Estimate> {
  const lease = leased(engine);
  try {
    return await estimated(await compileTraining(lease, task), task, measure, host);
  } finally {
    await lease.dispose();
  }
}

async function estimated(
  training: CompiledTraining,
  task: Pick<PretrainTask, 'config' | 'data'>,
  measure: boolean,
  host: EstimateHost,
): Promise<Estimate> {
  const stepsPerEpoch = Math.floor(pretrainSamples(task).length / task.config.batchSize);
  const seconds = measure && stepsPerEpoch > 0 ? await medianStep(training, task, host) : null;
  const epochSeconds = seconds === null ? null : seconds * stepsPerEpoch;
  return {
    parameters: training.parameters,
    flopsPerStep: training.step.flops ?? 0,
    stepsPerEpoch,
    stepMs: seconds === null ? null : 1000 * seconds,
    epochSeconds,
    totalSeconds: epochSeconds === null ? null : epochSeconds * task.config.epochs,
    peakMemoryBytes: seconds === null ? null : host.peakMemory(),
    measured: seconds !== null,
  };
}

async function medianStep(
  { setup, step, state }: CompiledTraining,
  task: Pick<PretrainTask, 'config' | 'data'>,
  { clock }: EstimateHost,
): Promise<number> {
  const indices = pretrainSamples(task).slice(0, setup.batchSize);
  const rng = Rng.stream(task.config.seed, 'estimate');
  const times: number[] = [];
  for (let run = 0; run <= TIMED; run++) {
    const start = clock();
    const scalars = { learningRate: 0, step: run + 1, progress: 0 };
    const samples = task.data.read(indices);
    await step.run(state, trainingInputs(setup, samples, codesOf(task.data.target, indices), rng, scalars));
    times.push(clock() - start);
  }
  const timed = times.slice(1).sort((a, b) => a - b);
  return timed[Math.floor(timed.length / 2)] as number;
}
