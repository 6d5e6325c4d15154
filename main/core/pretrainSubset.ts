import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng } from './rng.ts';

/** The samples of a pretrain split that a run uses, ascending; all of them, or as many as the config allows, chosen by its seed. */
export function pretrainSubset(
  all: Uint32Array,
  { maxSamples, seed }: Pick<RunConfig, 'maxSamples' | 'seed'>,
): Uint32Array {
  if (maxSamples === 0 || maxSamples >= all.length) return all;
  const places = Rng.stream(seed, 'subset').permutation(all.length).slice(0, maxSamples);
  return places.map((place) => all[place] as number).sort();
}
