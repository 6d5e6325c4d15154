import type { HostTensor, StepFunction } from '../../main/compiler/index.ts';

/** A step with the values it starts from. */
export interface BenchCase {
  readonly state: Readonly<Record<string, HostTensor>>;
  readonly inputs: Readonly<Record<string, HostTensor>>;
  readonly fn: StepFunction;
}

/** One reference step: the same computation here and in `reference/steps.py` under the same id. */
export interface BenchStep {
  readonly id: string;
  /** Examples that a step consumes, for the throughput. */
  readonly samples: number;
  /** Makes its values, for another number of examples if asked; only when called, so that nothing else fills memory. */
  readonly build: (samples?: number) => BenchCase;
}
