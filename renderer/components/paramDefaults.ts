import type { Params, ParamSpecs } from '../../preload/contract/vocabulary.ts';

/** Every default of a specification. */
export function defaultParams(specs: ParamSpecs): Params {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, spec.default]));
}
