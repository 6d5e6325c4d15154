import { utf8ToBytes } from '@noble/hashes/utils.js';
import { AppError } from '../../preload/contract/errors.ts';

/** First line of a predictions file. */
export interface PredictionsHeader {
  /** Rows of the file. */
  readonly n: number;
  readonly target: string;
  /** Classes in order of code. */
  readonly classes: readonly string[];
  readonly split: string;
}

/** What one model predicted for the rows of one split. */
export interface PredictionColumns {
  /** Sample index of each row within the data set [n]. */
  readonly indices: Uint32Array;
  /** Class code of the truth [n]. */
  readonly truth: Int16Array;
  /** Class code of the prediction [n]. */
  readonly predicted: Int16Array;
  /** Probability of each class, row-major [n, classes]. */
  readonly scores: Float32Array;
}

/** A predictions file in memory. */
export interface Predictions extends PredictionsHeader, PredictionColumns {}

const NEWLINE = 10;
/** A header is a few class names; one longer than this is not a predictions file. */
const MAX_HEADER_BYTES = 1 << 20;

/**
 * Bytes of a predictions file: a JSON header line, then little-endian Uint32 indices [n], Int16 truth [n], Int16 predicted [n]
 * and Float32 scores [n, classes].
 * @throws AppError internal if a column's length does not fit the header
 */
export function encodePredictions(header: PredictionsHeader, columns: PredictionColumns): Uint8Array {
  const { n, target, classes, split } = header;
  const parts = [columns.indices, columns.truth, columns.predicted, columns.scores];
  const lengths = [n, n, n, n * classes.length];
  if (parts.some((part, at) => part.length !== lengths[at])) {
    throw new AppError({
      code: 'internal',
      message: `The predictions of ${target} have columns of ${parts.map((part) => part.length).join(', ')} values, but ${lengths.join(', ')} are expected.`,
    });
  }
  const first = utf8ToBytes(`${JSON.stringify({ n, target, classes, split, indices: true })}\n`);
  const bytes = new Uint8Array(first.length + bodyLength(n, classes.length));
  bytes.set(first);
  let offset = first.length;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), offset);
    offset += part.byteLength;
  }
  return bytes;
}

/**
 * Reads what `encodePredictions` wrote.
 * @throws AppError invalidData if the header, the length or a class code is wrong
 */
export function parsePredictions(bytes: Uint8Array): Predictions {
  const end = bytes.subarray(0, MAX_HEADER_BYTES).indexOf(NEWLINE);
  if (end < 0) throw invalid('has no header line');
  const header = parseHeader(bytes.subarray(0, end));
  const { n, classes } = header;
  const found = bytes.length - end - 1;
  if (found !== bodyLength(n, classes.length)) {
    throw invalid(
      `holds ${found} bytes after its header, but ${n} rows of ${classes.length} classes take ${bodyLength(n, classes.length)}`,
    );
  }
  // Copied, because the header's length leaves the columns unaligned; not by slice, which shares memory where bytes is a Buffer.
  const body = new Uint8Array(bytes.subarray(end + 1)).buffer;
  const indices = new Uint32Array(body, 0, n);
  const truth = new Int16Array(body, 4 * n, n);
  const predicted = new Int16Array(body, 6 * n, n);
  const scores = new Float32Array(body, 8 * n, n * classes.length);
  checkCodes(truth, classes.length, 'truth');
  checkCodes(predicted, classes.length, 'prediction');
  return { ...header, indices, truth, predicted, scores };
}

function bodyLength(n: number, classes: number): number {
  return n * (4 + 2 + 2) + n * classes * 4;
}

function parseHeader(line: Uint8Array): PredictionsHeader {
  const value = parseJson(line);
  if (value === null || typeof value !== 'object') throw invalid('has a header that is not JSON');
  const { n, target, classes, split } = value as Readonly<Record<string, unknown>>;
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 0) throw invalid('has a header without a count n');
  if (typeof target !== 'string' || typeof split !== 'string')
    throw invalid('has a header without target or split');
  if (!Array.isArray(classes) || !classes.every((name): name is string => typeof name === 'string'))
    throw invalid('has a header without a list of classes');
  return { n, target, classes, split };
}

/** UTF-8 is decoded by the language itself: core knows neither Node nor the browser. */
function parseJson(line: Uint8Array): unknown {
  try {
    const escaped = Array.from(line, (byte) => `%${byte.toString(16).padStart(2, '0')}`);
    return JSON.parse(decodeURIComponent(escaped.join('')));
  } catch {
    return null;
  }
}

function checkCodes(codes: Int16Array, classes: number, what: string): void {
  const row = codes.findIndex((code) => code < 0 || code >= classes);
  if (row >= 0)
    throw invalid(`has the ${what} code ${codes[row]} in row ${row}, but only ${classes} classes`);
}

function invalid(problem: string): AppError {
  return new AppError({
    code: 'invalidData',
    message: `The predictions file ${problem}.`,
    hint: 'Make it again by auditing the run once more.',
  });
}
