import { AppError } from '../../preload/contract/errors.ts';
import type { AuditTable, ModelPredictions } from './table.ts';

/** The rows that every model predicted, and each model's row for it. */
export interface Pairing {
  /** Rows of the table, ascending. */
  readonly rows: Int32Array;
  /** For each model its own row of each of `rows`. */
  readonly byModel: readonly Int32Array[];
  /** Rows of the table that some model did not predict. */
  readonly leftOut: number;
}

/**
 * Pairs models by the examples' names, or by order where there are none.
 * @throws AppError invalidData if a model does not fit the table or nothing is shared
 */
export function pair(table: AuditTable, models: readonly ModelPredictions[]): Pairing {
  const n = table.truth.length;
  const found = models.map((model) => rowsOf(model, table, n));
  const rows = Int32Array.from({ length: n }, (_, row) => row).filter((row) =>
    found.every((places) => (places[row] ?? -1) >= 0),
  );
  if (rows.length === 0) {
    throw invalid(
      models.length > 1
        ? `The models ${models.map((model) => model.name).join(', ')} have no example in common.`
        : `The predictions of ${models[0]?.name ?? 'no model'} hold no example of the table.`,
    );
  }
  const byModel = found.map((places) => rows.map((row) => places[row] ?? -1));
  return { rows, byModel, leftOut: n - rows.length };
}

function rowsOf(model: ModelPredictions, table: AuditTable, n: number): Int32Array {
  const { names } = model;
  if (names === null) {
    if (model.predicted.length === n) return Int32Array.from({ length: n }, (_, row) => row);
    throw invalid(`${model.name} has ${model.predicted.length} predictions for ${n} rows.`);
  }
  if (table.names === null) throw invalid(`${model.name} names its examples, but the table does not.`);
  const places = new Map<string, number>();
  names.forEach((name, row) => {
    if (places.has(name)) throw invalid(`${model.name} predicts the example ${JSON.stringify(name)} twice.`);
    places.set(name, row);
  });
  return Int32Array.from(table.names, (name) => places.get(name) ?? -1);
}

function invalid(message: string): AppError {
  return new AppError({
    code: 'invalidData',
    message,
    hint: 'Audit models together only where they predict the same examples.',
  });
}
