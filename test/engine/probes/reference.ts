import { readFileSync } from 'node:fs';
import type { Matrix } from '../../../main/fairness/representation/matrix.ts';

interface Reference {
  readonly agreement: readonly {
    readonly n: number;
    readonly classes: readonly [number, number];
    readonly steps: readonly [number, number];
    readonly ami: number;
    readonly nmi: number;
  }[];
  readonly clustering: { readonly inertia: number; readonly ami: number };
  readonly retrieval: Readonly<Record<string, number>>;
  readonly student: {
    readonly probability: readonly { readonly t: number; readonly freedom: number; readonly value: number }[];
    readonly quantile: readonly { readonly p: number; readonly freedom: number; readonly value: number }[];
  };
  readonly paired: {
    readonly values: readonly number[];
    readonly mean: number;
    readonly low: number;
    readonly high: number;
    readonly p: number;
  };
  readonly slope: {
    readonly levels: readonly number[];
    readonly seeds: number;
    readonly slope: number;
    readonly low: number;
    readonly high: number;
    readonly p: number;
    readonly freedom: number;
  };
}

/** Numbers of scikit-learn and scipy; `test/engine/reference/makeEvaluation.py` made them. */
export const reference = JSON.parse(
  readFileSync(new URL('../reference/evaluation.json', import.meta.url), 'utf8'),
) as Reference;

/** sin(a (1 + 3i + 7j + ij/2) + b), as the script has it. */
export function wave(rows: number, columns: number, a: number, b: number): Matrix & { data: Float32Array } {
  const data = Float32Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    return Math.sin(a * (1 + 3 * i + 7 * j + 0.5 * i * j) + b);
  });
  return { rows, columns, data };
}

/** Labels by a formula, as the script has it. */
export function labels(n: number, classes: number, step: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => (i * step + Math.floor((i * i) / 7)) % classes);
}
