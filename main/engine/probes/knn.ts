import * as tf from '@tensorflow/tfjs';
import type { Matrix } from '../../fairness/representation/matrix.ts';
import type { CompiledStep, Engine, EngineState } from '../engine.ts';
import type { HostTensor } from '../method.ts';

/** Queries per matrix product. */
const BLOCK = 256;

/** Settings of the vote. */
export interface KnnSettings {
  readonly k: number;
  readonly temperature: number;
}

/** Samples with known classes. */
export interface LabelledMatrix extends Matrix {
  readonly data: Float32Array;
  /** Class codes, one per row. */
  readonly codes: Int32Array;
}

/**
 * The class with the largest sum of exp(similarity / temperature) over the k most similar neighbours; ties go to the lower code
 * (lightly's knn_predict, https://github.com/lightly-ai/lightly/blob/master/lightly/utils/benchmarking/knn.py).
 * @param similarities cosine similarities to every row of the bank
 */
export function vote(
  similarities: Float32Array,
  codes: Int32Array,
  classes: number,
  { k, temperature }: KnnSettings,
): number {
  const { indices, values } = mostSimilar(similarities, Math.min(k, similarities.length));
  const votes = new Float64Array(classes);
  const best = values[0] ?? 0;
  // Relative to the best, so that a low temperature cannot overflow; all votes shrink by the same factor.
  indices.forEach((index, i) => {
    const code = codes[index] as number;
    votes[code] = (votes[code] as number) + Math.exp(((values[i] as number) - best) / temperature);
  });
  return votes.indexOf(Math.max(...votes));
}

/** Indices and values of the k largest, in descending order; of equal ones the lower index comes first. */
export function mostSimilar(
  values: Float32Array,
  k: number,
): { readonly indices: Int32Array; readonly values: Float32Array } {
  const kept = new Float32Array(k).fill(-Infinity);
  const indices = new Int32Array(k).fill(-1);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value > (kept[k - 1] as number))) continue;
    let place = k - 1;
    while (place > 0 && value > (kept[place - 1] as number)) {
      kept[place] = kept[place - 1] as number;
      indices[place] = indices[place - 1] as number;
      place--;
    }
    kept[place] = value;
    indices[place] = i;
  }
  return { indices, values: kept };
}

/** A vote over banks of one size, its similarities computed by the engine. */
export interface KnnProbe {
  /** Predicted class codes of the queries. */
  predict(
    queries: Matrix & { readonly data: Float32Array },
    bank: LabelledMatrix,
    classes: number,
  ): Promise<Int32Array>;
  dispose(): Promise<void>;
}

/** Compiles the similarities of 256 queries at a time to a bank of `rows` rows of width `columns`. */
export async function compileKnn(
  engine: Engine,
  rows: number,
  columns: number,
  settings: KnnSettings,
): Promise<KnnProbe> {
  const state = await engine.createState({ bank: floats([rows, columns], new Float32Array(rows * columns)) });
  const step = await engine.compile(
    (tensors, inputs) => ({
      state: {},
      outputs: {
        similarities: tf.matMul(unitRows(inputs['queries']), unitRows(tensors['bank']), false, true),
      },
    }),
    {
      state: { bank: { shape: [rows, columns], dtype: 'float32' } },
      inputs: { queries: { shape: [BLOCK, columns], dtype: 'float32' } },
    },
    'knn',
  );
  return {
    async predict(queries, bank, classes) {
      await state.write({ bank: floats([rows, columns], bank.data) });
      return predictAll(step, state, queries, bank, classes, settings);
    },
    async dispose() {
      await step.dispose();
      state.dispose();
    },
  };
}

function unitRows(x: tf.Tensor | undefined): tf.Tensor2D {
  const rows = x as tf.Tensor2D;
  return rows.mul(rows.square().sum(1, true).add(1e-12).rsqrt());
}

async function predictAll(
  step: CompiledStep,
  state: EngineState,
  queries: Matrix & { readonly data: Float32Array },
  bank: LabelledMatrix,
  classes: number,
  settings: KnnSettings,
): Promise<Int32Array> {
  const predicted = new Int32Array(queries.rows);
  for (let start = 0; start < queries.rows; start += BLOCK) {
    const block = new Float32Array(BLOCK * queries.columns);
    block.set(queries.data.subarray(start * queries.columns, (start + BLOCK) * queries.columns));
    const outputs = await step.run(state, { queries: floats([BLOCK, queries.columns], block) });
    const similarities = (outputs['similarities'] as HostTensor).data as Float32Array;
    for (let row = 0; row < BLOCK && start + row < queries.rows; row++) {
      const own = similarities.subarray(row * bank.rows, (row + 1) * bank.rows);
      predicted[start + row] = vote(own, bank.codes, classes, settings);
    }
  }
  return predicted;
}

function floats(shape: readonly number[], data: Float32Array): HostTensor {
  return { shape, dtype: 'float32', data };
}
