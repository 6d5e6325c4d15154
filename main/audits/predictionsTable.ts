import { createHash } from 'node:crypto';
import { AppError } from '../../preload/contract/errors.ts';
import type { Digest, FeatureSource } from '../../preload/contract/vocabulary.ts';
import { csvRows } from '../data/csvTable.ts';
import { openSource } from '../data/fsSource.ts';
import { PredictionRows } from './predictionRows.ts';
import type { AuditTable, ModelPredictions } from './table.ts';

/** Which column of a table of predictions holds what. */
export interface PredictionColumnsOf {
  readonly truth: string;
  /** Predicted class (or number); null: score and threshold decide. */
  readonly prediction: string | null;
  /** Probability of the positive class, 0..1. */
  readonly score: string | null;
  /** Person (or other unit); null: every row is one of its own. */
  readonly subject: string | null;
  /** How much a row counts, a number from 0; left out or null: once. */
  readonly weight?: string | null;
  /** True where truth and prediction are numbers. */
  readonly numeric?: boolean;
  /** Positive class; null: of two classes the last. */
  readonly positive: string | null;
  readonly features: readonly string[];
  readonly sources?: Readonly<Record<string, FeatureSource>>;
}

/** A table of predictions as an audit needs it. */
export interface PredictionsTable {
  readonly table: AuditTable;
  readonly model: ModelPredictions;
  /** Digest of the file. */
  readonly digest: Digest;
}

/**
 * Reads predictions made anywhere from a CSV or TSV file with a header, of any size: in memory are codes and scores, not the text.
 * @throws AppError usage if neither predictions nor scores are named; invalidData in one sentence that names the file, the line and the column
 */
export async function readPredictionsTable(
  path: string,
  columns: PredictionColumnsOf,
): Promise<PredictionsTable> {
  if (columns.prediction === null && columns.score === null)
    throw new AppError({
      code: 'usage',
      message: 'Neither a column of predictions nor a column of scores was named.',
      hint: 'Name one of them, or both.',
    });
  if (
    columns.numeric === true &&
    (columns.prediction === null || columns.score !== null || columns.positive !== null)
  )
    throw new AppError({
      code: 'usage',
      message:
        'A target of numbers needs a column of predicted numbers, and has neither scores nor a positive class.',
      hint: 'Name the column of predictions, and leave scores and positive class out.',
    });
  const source = await openSource(path);
  if (source.entry === null)
    throw new AppError({
      code: 'invalidData',
      message: `${path} is a folder, not a table of predictions.`,
      hint: 'Give a CSV file.',
    });
  const hash = createHash('sha256');
  const rows = new PredictionRows(source.entry, columns);
  for await (const piece of csvRows(source, source.entry, { seen: (bytes) => hash.update(bytes) }))
    rows.add(piece);
  return { ...rows.finish(), digest: hash.digest('hex') };
}
