import type { ParamSpec } from '../../preload/contract/vocabulary.ts';

/** Limits and steps of a slider for a parameter. */
export interface ParamSlider {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly log: boolean;
}

/** Beyond so many steps a slider cannot hit what is meant. */
const MOST_STEPS = 2000;

/** The slider of a parameter, or null where a typed number serves better (a count up to a million). */
export function sliderOf(spec: ParamSpec): ParamSlider | null {
  if (spec.kind !== 'float' && spec.kind !== 'range' && spec.kind !== 'int') return null;
  const { min, max } = spec;
  const log = spec.kind === 'float' && spec.log === true && min > 0;
  const step = spec.step ?? (spec.kind === 'int' ? 1 : tidyStep(max - min));
  if (!log && (max - min) / step > MOST_STEPS) return null;
  return { min, max, step, log };
}

/** About a hundredth of the width, as a round decimal. */
function tidyStep(width: number): number {
  return 10 ** Math.floor(Math.log10(width / 50));
}
