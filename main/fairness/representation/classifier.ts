import type { Matrix } from './matrix.ts';

/** Rows with known classes, each counting `weights[i]` in the loss. */
export interface LabelledRows {
  readonly x: Matrix & { readonly data: Float64Array };
  readonly codes: Int32Array;
  readonly classes: number;
  readonly weights: Float64Array;
}

/** Class probabilities [rows, classes] of other rows. It lives in the audit that trained it alone. */
export type Classifier = (x: Matrix & { readonly data: Float64Array }) => Float64Array;

/** Weights with which every class counts the same, and all together as many as there are rows. */
export function balancedWeights(codes: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  const present = counts.filter((count) => count > 0).length;
  return Float64Array.from(codes, (code) => codes.length / (present * (counts[code] as number)));
}

/** Turns logits [rows, classes] into probabilities, in place. */
export function softmaxRows(logits: Float64Array, classes: number): Float64Array {
  for (let start = 0; start < logits.length; start += classes) {
    let most = -Infinity;
    for (let i = start; i < start + classes; i++) most = Math.max(most, logits[i] as number);
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += logits[i] = Math.exp((logits[i] as number) - most);
    for (let i = start; i < start + classes; i++) logits[i] = (logits[i] as number) / sum;
  }
  return logits;
}
