/** What became of one of TensorFlow.js's tests. */
export interface SpecResult {
  /** Test file inside tfjs-core's `dist`, without `ops/` and `_test.js`. */
  readonly file: string;
  /** Name inside the file; a number behind it where names repeat. */
  readonly name: string;
  readonly passed: boolean;
  /** First line of the failure; empty when it passed. */
  readonly message: string;
  /** Kernels that ran on TensorFlow.js's own JavaScript instead of a compiled graph. */
  readonly fallbacks: readonly string[];
  readonly milliseconds: number;
}
