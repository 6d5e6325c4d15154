import type { HostTensor, StepFunction } from '../../main/compiler/index.ts';

/** One reference step: the same computation here and in `reference/steps.py` under the same id. */
export interface BenchStep {
  readonly id: string;
  /** Examples that a step consumes, for the throughput. */
  readonly samples: number;
  readonly state: Readonly<Record<string, HostTensor>>;
  readonly inputs: Readonly<Record<string, HostTensor>>;
  readonly fn: StepFunction;
}
