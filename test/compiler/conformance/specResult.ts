/** What became of one of TensorFlow.js's tests. */
export interface SpecResult {
  /** Test file inside tfjs-core's `dist/ops`, without `_test.js`. */
  readonly file: string;
  /** Name inside the file; a number behind it where names repeat. */
  readonly name: string;
  readonly passed: boolean;
  /** First lines of the failure; empty when it passed. */
  readonly message: string;
  /** Kernels that ran on TensorFlow.js's own JavaScript instead of a compiled graph. */
  readonly fallbacks: readonly string[];
  /** Graphs that ONNX Runtime was given. */
  readonly graphs: number;
  readonly milliseconds: number;
}

/** What one shard writes when it is done. */
export interface ShardReport {
  readonly results: readonly SpecResult[];
  readonly cpuSeconds: number;
}
