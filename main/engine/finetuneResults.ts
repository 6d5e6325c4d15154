import type { Digest, FinetuneConfig, FinetuneResults } from '../../preload/contract/vocabulary.ts';
import { digestOf } from '../core/canonical.ts';
import type { LinearFinding } from './evaluation.ts';
import { isRunningStatistic } from './layers/batchNorm.ts';
import type { HostTensors } from './method.ts';
import type { PreparedRun } from './pretrainRun.ts';

/** What a fine-tuning came to, with digests that show what moved and what did not. */
export async function finetuneResults(run: PreparedRun, found: LinearFinding): Promise<FinetuneResults> {
  const { strategy, labelFraction } = run.task.config.finetune as FinetuneConfig;
  const after = await run.state.read();
  return {
    strategy: strategy.id,
    labelFraction,
    labels: run.samples.length,
    accuracy: found.overall,
    byClass: found.classes,
    byGroup: found.groups,
    trainedParameters: run.parameters,
    totalParameters: run.allParameters,
    trainedShare: run.parameters / run.allParameters,
    seconds: run.elapsed(),
    encoderBefore: digestOfTensors(run.initial, isWeight) ?? '',
    encoderAfter: digestOfTensors(after, isWeight) ?? '',
    statisticsBefore: digestOfTensors(run.initial, isRunningStatistic),
    statisticsAfter: digestOfTensors(after, isRunningStatistic),
  };
}

function isWeight(name: string): boolean {
  return !isRunningStatistic(name);
}

/** SHA-256 of the encoder's tensors that are meant, with their names, in order of name; null if there are none. */
export function digestOfTensors(tensors: HostTensors, meant: (name: string) => boolean): Digest | null {
  const names = Object.keys(tensors)
    .filter((name) => name.startsWith('encoder/') && meant(name))
    .sort();
  if (names.length === 0) return null;
  const parts = names.map((name) => {
    const data = tensors[name]?.data ?? new Uint8Array();
    return `${name} ${digestOf(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`;
  });
  return digestOf(parts.join('\n'));
}
