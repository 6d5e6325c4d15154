import type { ReferenceLine } from '../../../preload/contract/vocabulary.ts';

/** Lines that are drawn by convention: something to look by. No audit judges by them; limits are what a policy declares. */
export const REFERENCE_LINES: readonly ReferenceLine[] = [
  {
    value: 0.8,
    kind: 'ratio',
    source:
      'Four-fifths rule of thumb (Uniform Guidelines on Employee Selection Procedures, 1978); also Aequitas',
  },
  { value: 0.1, kind: 'difference', source: 'Customary line for differences of rates (AIF360’s guidance)' },
];
