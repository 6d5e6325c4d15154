import type { ParamSpecs, Params, Reference } from '../../preload/contract/vocabulary.ts';

/** A course of the learning rate. */
export interface Schedule {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly reference: Reference;
  readonly params: ParamSpecs;
  /** Factor of the highest learning rate at `step` (counted from 0) of `totalSteps`. */
  factor(params: Params, step: number, totalSteps: number, stepsPerEpoch: number): number;
}
