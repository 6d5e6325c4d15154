import { AppError } from '../../preload/contract/errors.ts';
import {
  ClassColumnBuilder,
  compareValues,
  knownValue,
  SubjectColumnBuilder,
  UNKNOWN,
} from '../data/columns.ts';
import type { ClassColumn } from '../data/columns.ts';
import type { CsvRecord } from '../data/csvRecords.ts';
import { rejectionOf } from '../data/csvTable.ts';
import type { CsvRows } from '../data/csvTable.ts';
import { NumberColumn } from './numberColumn.ts';
import type { PredictionColumnsOf, PredictionsTable } from './predictionsTable.ts';

/** Where the named columns stand in a row; -1 for one that was not named. */
interface Places {
  readonly truth: number;
  readonly prediction: number;
  readonly score: number;
  readonly subject: number;
  readonly weight: number;
  readonly features: readonly number[];
}

/** Gathers a table of predictions piece by piece as codes; its errors name file, line and column. */
export class PredictionRows {
  private readonly file: string;
  private readonly columns: PredictionColumnsOf;
  private readonly truth: ClassColumnBuilder;
  private readonly prediction: ClassColumnBuilder;
  /** Line in which each predicted class occurs first. */
  private readonly firstLines = new Map<string, number>();
  /** True and predicted numbers, where the target is one. */
  private readonly numbers = { truth: new NumberColumn(), prediction: new NumberColumn() };
  private readonly weights = new NumberColumn();
  private readonly scores: Float64Array[] = [];
  private readonly subjects = new SubjectColumnBuilder();
  private readonly features: readonly ClassColumnBuilder[];
  private places: Places | null = null;
  private rows = 0;

  constructor(file: string, columns: PredictionColumnsOf) {
    this.file = file;
    this.columns = columns;
    this.truth = new ClassColumnBuilder(columns.truth, null);
    this.prediction = new ClassColumnBuilder(columns.prediction ?? '', null);
    this.features = columns.features.map((name) => new ClassColumnBuilder(name, null));
  }

  /** @throws AppError invalidData: a line or value that cannot be read, a column that is not there */
  add({ columns, records, flaws }: CsvRows): void {
    const [flaw] = flaws;
    if (flaw) {
      const { item, reason } = rejectionOf(this.file, flaw);
      throw invalid(`${item} ${reason}.`, 'Repair the line.');
    }
    const places = (this.places ??= this.find(columns));
    const scores = new Float64Array(places.score < 0 ? 0 : records.length);
    records.forEach((record, row) => {
      this.addRow(record, places);
      if (places.score >= 0) scores[row] = this.scoreOf(record, places.score);
    });
    this.scores.push(scores);
    this.rows += records.length;
  }

  /** @throws AppError invalidData: no rows, classes that do not fit */
  finish(): Omit<PredictionsTable, 'digest'> {
    if (this.rows === 0)
      throw invalid(`${this.file} has a header but no rows.`, 'Give a table with predictions.');
    const { columns } = this;
    if (columns.numeric === true) return this.finishNumbers();
    const truth = this.truth.finish(null);
    const prediction = columns.prediction === null ? null : this.prediction.finish(null);
    const classes = classesOf(truth, prediction, columns);
    this.checkPredictions(classes);
    const positive = positiveOf(classes, columns);
    const score = columns.score === null ? null : joined(this.scores, this.rows);
    const table = {
      target: columns.truth,
      classes,
      truth: recoded(truth, classes),
      ...this.people(),
    };
    const model = {
      ...this.modelFacts(),
      classes,
      predicted: prediction === null ? bySide(score, positive) : recoded(prediction, classes),
      scores: null,
      positiveScore: score,
      decided: prediction !== null,
    };
    return { table, model };
  }

  private finishNumbers(): Omit<PredictionsTable, 'digest'> {
    const { rows, columns } = this;
    const table = {
      target: columns.truth,
      classes: [],
      truth: new Int16Array(rows),
      numbers: this.numbers.truth.finish(),
      ...this.people(),
    };
    const model = {
      ...this.modelFacts(),
      classes: [],
      predicted: new Int16Array(rows),
      scores: null,
      numbers: this.numbers.prediction.finish(),
    };
    return { table, model };
  }

  /** Features, subjects and weights of the rows. */
  private people(): Pick<PredictionsTable['table'], 'sensitive' | 'subjects' | 'weights' | 'names'> {
    const { columns } = this;
    return {
      sensitive: this.features.map((builder, at) => this.featureOf(builder, columns.features[at] ?? '')),
      subjects: columns.subject === null ? null : this.subjects.finish().codes,
      weights:
        columns.weight == null ? null : { name: columns.weight, values: this.weightsOf(columns.weight) },
      names: null,
    };
  }

  private modelFacts(): Pick<PredictionsTable['model'], 'run' | 'name' | 'method' | 'seed' | 'names'> {
    return { run: null, name: this.file, method: 'made elsewhere', seed: null, names: null };
  }

  private weightsOf(column: string): Float64Array {
    const values = this.weights.finish();
    if (values.some((value) => value > 0)) return values;
    throw invalid(
      `Column ${JSON.stringify(column)} of weights holds nothing but 0.`,
      'Give rows weights above 0.',
    );
  }

  private addRow(record: CsvRecord, { truth, prediction, subject, weight, features }: Places): void {
    if (this.columns.numeric === true) {
      this.numbers.truth.add(this.numberIn(record, truth, this.columns.truth));
      this.numbers.prediction.add(this.numberIn(record, prediction, this.columns.prediction ?? ''));
    } else this.addClasses(record, truth, prediction);
    if (subject >= 0) this.subjects.add(this.value(record, subject, this.columns.subject ?? ''));
    if (weight >= 0) this.weights.add(this.weightIn(record, weight));
    features.forEach((place, at) => this.features[at]?.add(knownValue(record.values[place]) ?? UNKNOWN));
  }

  private addClasses(record: CsvRecord, truth: number, prediction: number): void {
    this.truth.add(this.value(record, truth, this.columns.truth));
    if (prediction >= 0) {
      const value = this.value(record, prediction, this.columns.prediction ?? '');
      if (!this.firstLines.has(value)) this.firstLines.set(value, record.line);
      this.prediction.add(value);
    }
  }

  private numberIn(record: CsvRecord, place: number, column: string): number {
    const text = this.value(record, place, column);
    const value = Number(text);
    if (Number.isFinite(value)) return value;
    throw this.at(record.line, column, `holds ${JSON.stringify(text)}, which is not a number`);
  }

  private weightIn(record: CsvRecord, place: number): number {
    const column = this.columns.weight ?? '';
    const value = this.numberIn(record, place, column);
    if (value >= 0) return value;
    throw this.at(record.line, column, `holds ${value}, but weights are not negative`);
  }

  private scoreOf(record: CsvRecord, place: number): number {
    const column = this.columns.score ?? '';
    const text = this.value(record, place, column);
    const score = Number(text);
    if (score >= 0 && score <= 1) return score;
    throw this.at(record.line, column, `holds ${JSON.stringify(text)}, which is not a score from 0 to 1`);
  }

  private value({ line, values }: CsvRecord, place: number, column: string): string {
    const value = values[place]?.trim() ?? '';
    if (value !== '') return value;
    throw this.at(line, column, 'is empty');
  }

  private checkPredictions(classes: readonly string[]): void {
    const strays = [...this.firstLines].filter(([value]) => !classes.includes(value));
    const [first] = strays.sort(([, a], [, b]) => a - b);
    if (first)
      throw this.at(
        first[1],
        this.columns.prediction ?? '',
        `holds ${JSON.stringify(first[0])}, which is not one of the classes ${classes.join(', ')}`,
      );
  }

  private featureOf(
    builder: ClassColumnBuilder,
    name: string,
  ): PredictionsTable['table']['sensitive'][number] {
    const { classes, codes } = builder.finish(UNKNOWN);
    return { name, values: classes, codes, source: this.columns.sources?.[name] ?? 'unknown' };
  }

  private find(header: readonly string[]): Places {
    const place = (name: string | null): number => {
      if (name === null) return -1;
      const found = header.indexOf(name);
      if (found >= 0) return found;
      throw invalid(
        `${this.file} has no column ${JSON.stringify(name)}.`,
        `Its columns are ${header.join(', ')}.`,
      );
    };
    const { truth, prediction, score, subject, weight = null, features } = this.columns;
    return {
      truth: place(truth),
      prediction: place(prediction),
      score: place(score),
      subject: place(subject),
      weight: place(weight),
      features: features.map(place),
    };
  }

  private at(line: number, column: string, problem: string): AppError {
    return invalid(
      `${this.file}, line ${line}: column ${JSON.stringify(column)} ${problem}.`,
      'Correct the value.',
    );
  }
}

/** Classes that occur as truth; of more than two, also those that are only predicted. */
function classesOf(
  truth: ClassColumn,
  prediction: ClassColumn | null,
  { positive }: PredictionColumnsOf,
): readonly string[] {
  const named = positive === null ? [] : [positive];
  const all = [...new Set([...truth.classes, ...(prediction?.classes ?? []), ...named])].sort(compareValues);
  const classes = truth.classes.length === 2 ? truth.classes : all;
  if (classes.length >= 2) return classes;
  throw invalid(
    `Column ${JSON.stringify(truth.name)} holds one class only, ${JSON.stringify(classes[0])}.`,
    'An audit needs at least two classes.',
  );
}

/** Code of the positive class: the named one, or the second of two; null if neither is there. */
function positiveOf(classes: readonly string[], columns: PredictionColumnsOf): number | null {
  const { positive, prediction, score, truth } = columns;
  const at = positive === null ? -1 : classes.indexOf(positive);
  if (positive !== null && at < 0)
    throw invalid(
      `The positive class ${JSON.stringify(positive)} does not occur in column ${JSON.stringify(truth)}.`,
      `Its classes are ${classes.join(', ')}.`,
    );
  if (classes.length === 2) return at < 0 ? 1 : at;
  if (prediction === null)
    throw invalid(
      `Column ${JSON.stringify(truth)} holds ${classes.length} classes: scores of one of them do not say which was predicted.`,
      'Name a column of predictions too.',
    );
  if (score !== null && at < 0)
    throw invalid(
      `Column ${JSON.stringify(truth)} holds ${classes.length} classes, and it was not said which of them ${JSON.stringify(score)} scores.`,
      'Name the positive class, or leave the scores out.',
    );
  return at < 0 ? null : at;
}

function recoded({ classes: old, codes }: ClassColumn, classes: readonly string[]): Int16Array {
  const codeOf = old.map((value) => classes.indexOf(value));
  return codes.map((code) => codeOf[code] ?? -1);
}

/** Of two classes the one that the score is nearer to; the audit's threshold decides anew. */
function bySide(score: Float64Array | null, positive: number | null): Int16Array {
  const code = positive ?? 1;
  return Int16Array.from(score ?? [], (one) => (one >= 0.5 ? code : 1 - code));
}

function joined(parts: readonly Float64Array[], length: number): Float64Array {
  const all = new Float64Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function invalid(message: string, hint: string): AppError {
  return new AppError({ code: 'invalidData', message, hint });
}
