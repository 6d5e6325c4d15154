import { AppError } from '../../preload/contract/errors.ts';
import type { Digest, FeatureSource } from '../../preload/contract/vocabulary.ts';
import { digestOf } from '../core/canonical.ts';
import { ClassColumnBuilder, compareValues, SubjectColumnBuilder, UNKNOWN } from '../data/columns.ts';
import { MAX_TABLE_BYTES, readCsv } from '../data/csvTable.ts';
import type { CsvTable } from '../data/csvTable.ts';
import { openSource } from '../data/fsSource.ts';
import { readWhole } from '../data/source.ts';
import type { AuditTable, ModelPredictions } from './table.ts';

/** Which column of a table of predictions holds what. */
export interface PredictionColumnsOf {
  readonly truth: string;
  /** Predicted class; null: score and threshold decide. */
  readonly prediction: string | null;
  /** Probability of the positive class, 0..1. */
  readonly score: string | null;
  /** Person (or other unit); null: every row is one of its own. */
  readonly subject: string | null;
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
 * Reads predictions made anywhere from a CSV or TSV file with a header.
 * @throws AppError invalidData in one sentence that names the file, the line and the column
 */
export async function readPredictionsTable(
  path: string,
  columns: PredictionColumnsOf,
): Promise<PredictionsTable> {
  const source = await openSource(path);
  if (source.entry === null)
    throw invalid(`${path} is a folder, not a table of predictions.`, 'Give a CSV file.');
  const csv = await readCsv(source, source.entry);
  const digest = digestOf(await readWhole(source, source.entry, MAX_TABLE_BYTES));
  return { ...parsePredictionsTable(csv, source.entry, columns), digest };
}

/** The same from a table that was read already; `file` names it in messages. */
export function parsePredictionsTable(
  csv: CsvTable,
  file: string,
  columns: PredictionColumnsOf,
): Omit<PredictionsTable, 'digest'> {
  const [flaw] = csv.rejected;
  if (flaw) throw invalid(`${flaw.item} ${flaw.reason}.`, 'Repair the line.');
  if (csv.rows.length === 0)
    throw invalid(`${file} has a header but no rows.`, 'Give a table with predictions.');
  if (columns.prediction === null && columns.score === null)
    throw new AppError({
      code: 'usage',
      message: 'Neither a column of predictions nor a column of scores was named.',
      hint: 'Name one of them, or both.',
    });
  const reader = new TableReader(csv, file);
  const { truth: t, prediction, score, subject, features } = columns;
  for (const name of [t, prediction, score, subject, ...features]) if (name !== null) reader.demand(name);
  const classes = classesOf(reader, columns);
  const positive = positiveOf(columns.positive, classes, columns.truth);
  const truth = reader.codes(columns.truth, classes);
  const scores = columns.score === null ? null : reader.scores(columns.score, classes.length, positive);
  const predicted =
    columns.prediction === null
      ? bestOf(scores ?? new Float64Array(0), classes.length)
      : reader.codes(columns.prediction, classes);
  const table = {
    target: columns.truth,
    classes,
    truth,
    sensitive: columns.features.map((name) => ({
      ...reader.feature(name),
      source: columns.sources?.[name] ?? ('unknown' as const),
    })),
    subjects: columns.subject === null ? null : reader.subjects(columns.subject),
    names: null,
  };
  const model = {
    run: null,
    name: file,
    method: 'made elsewhere',
    seed: null,
    names: null,
    classes,
    predicted,
    scores,
    decided: columns.prediction !== null,
  };
  return { table, model };
}

/** Reads columns of a table; its messages name file, line and column. */
class TableReader {
  private readonly csv: CsvTable;
  private readonly file: string;

  constructor(csv: CsvTable, file: string) {
    this.csv = csv;
    this.file = file;
  }

  /** @throws AppError invalidData if there is no such column */
  demand(column: string): void {
    this.indexOf(column);
  }

  /** Different values of a column, in order. */
  distinct(column: string): readonly string[] {
    const found = new Set<string>();
    this.each(column, (value) => found.add(value));
    return [...found].sort(compareValues);
  }

  codes(column: string, classes: readonly string[]): Int16Array {
    const codeOf = new Map(classes.map((name, code) => [name, code]));
    const codes = new Int16Array(this.csv.rows.length);
    this.each(column, (value, row) => {
      const code = codeOf.get(value);
      if (code === undefined)
        throw this.at(
          row,
          column,
          `holds ${JSON.stringify(value)}, which is not one of the classes ${classes.join(', ')}`,
        );
      codes[row] = code;
    });
    return codes;
  }

  scores(column: string, classes: number, positive: number): Float64Array {
    const scores = new Float64Array(this.csv.rows.length * classes);
    this.each(column, (value, row) => {
      const score = Number(value);
      if (!(score >= 0 && score <= 1))
        throw this.at(row, column, `holds ${JSON.stringify(value)}, which is not a score from 0 to 1`);
      scores.fill((1 - score) / (classes - 1), row * classes, (row + 1) * classes);
      scores[row * classes + positive] = score;
    });
    return scores;
  }

  /** Empty values are unknown. */
  feature(name: string): {
    readonly name: string;
    readonly values: readonly string[];
    readonly codes: Int16Array;
  } {
    const index = this.indexOf(name);
    const builder = new ClassColumnBuilder(name, null);
    for (const { values } of this.csv.rows) builder.add(values[index]?.trim() || UNKNOWN);
    const { classes, codes } = builder.finish(UNKNOWN);
    return { name, values: classes, codes };
  }

  subjects(column: string): Int32Array {
    const builder = new SubjectColumnBuilder();
    this.each(column, (value) => builder.add(value));
    return builder.finish().codes;
  }

  /** Every value of a column; an empty one is refused. */
  private each(column: string, visit: (value: string, row: number) => void): void {
    const index = this.indexOf(column);
    this.csv.rows.forEach(({ values }, row) => {
      const value = values[index]?.trim() ?? '';
      if (value === '') throw this.at(row, column, 'is empty');
      visit(value, row);
    });
  }

  private indexOf(column: string): number {
    const index = this.csv.columns.indexOf(column);
    if (index >= 0) return index;
    throw invalid(
      `${this.file} has no column ${JSON.stringify(column)}.`,
      `Its columns are ${this.csv.columns.join(', ')}.`,
    );
  }

  private at(row: number, column: string, problem: string): AppError {
    const line = this.csv.rows[row]?.line ?? 0;
    return invalid(
      `${this.file}, line ${line}: column ${JSON.stringify(column)} ${problem}.`,
      'Correct the value.',
    );
  }
}

/** Classes that occur as truth; of more than two, also those that are only predicted. */
function classesOf(reader: TableReader, columns: PredictionColumnsOf): readonly string[] {
  const truths = reader.distinct(columns.truth);
  const predicted = columns.prediction === null ? [] : reader.distinct(columns.prediction);
  const named = columns.positive === null ? [] : [columns.positive];
  const all = [...new Set([...truths, ...predicted, ...named])].sort(compareValues);
  const classes = truths.length === 2 ? truths : all;
  if (classes.length >= 2) return classes;
  throw invalid(
    `Column ${JSON.stringify(columns.truth)} holds one class only, ${JSON.stringify(classes[0])}.`,
    'An audit needs at least two classes.',
  );
}

function positiveOf(chosen: string | null, classes: readonly string[], column: string): number {
  if (chosen === null && classes.length === 2) return 1;
  const at = chosen === null ? 0 : classes.indexOf(chosen);
  if (at >= 0) return at;
  throw invalid(
    `The positive class ${JSON.stringify(chosen)} does not occur in column ${JSON.stringify(column)}.`,
    `Its classes are ${classes.join(', ')}.`,
  );
}

function bestOf(scores: Float64Array, classes: number): Int16Array {
  return Int16Array.from({ length: scores.length / classes }, (_, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}

function invalid(message: string, hint: string): AppError {
  return new AppError({ code: 'invalidData', message, hint });
}
