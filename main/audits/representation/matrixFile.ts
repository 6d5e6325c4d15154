import { createHash } from 'node:crypto';
import { AppError } from '../../../preload/contract/errors.ts';
import type { Digest } from '../../../preload/contract/vocabulary.ts';
import { numberOf } from '../../data/columns.ts';
import { openSource } from '../../data/fsSource.ts';
import { openNpy } from '../../data/npyFile.ts';
import type { DataSource } from '../../data/source.ts';
import { tableRows } from '../../data/tableFile.ts';
import type { Matrix } from '../../fairness/representation/matrix.ts';

/** Numbers of one matrix at most: half a gigabyte in single precision. */
const MOST_NUMBERS = 2 ** 27;
const ITEMS = 4096;

/** A matrix read from a file, in memory that threads share. */
export interface MatrixFile {
  readonly matrix: Matrix;
  readonly digest: Digest;
}

/**
 * Reads embeddings made anywhere: a NumPy array [rows, ...], whose further axes become columns, or a CSV, TSV or Parquet table of numbers.
 * Values are held in single precision.
 * @throws AppError invalidData in one sentence that names file, row and column
 */
export async function readMatrix(path: string): Promise<MatrixFile> {
  const source = await openSource(path);
  const { entry } = source;
  if (entry === null) throw invalid(`${path} is a folder, not a file of embeddings.`, 'Give a .npy, CSV or Parquet file.'); // prettier-ignore
  const matrix = /\.npy$/i.test(entry) ? await readNpy(source, entry) : await readTable(source, entry);
  checkFinite(entry, matrix);
  return { matrix, digest: await digestOf(source, entry) };
}

async function readNpy(source: DataSource, path: string): Promise<Matrix> {
  const file = await openNpy(source, path);
  try {
    const [rows = 0, ...sides] = file.shape;
    const columns = sides.reduce((product, side) => product * side, 1);
    const data = room(path, rows, columns);
    let row = 0;
    for (let items = await file.next(ITEMS); items.length > 0; items = await file.next(ITEMS))
      for (const item of items) data.set(file.numbers(item), row++ * columns);
    if (row === rows) return { rows, columns, data };
    throw invalid(`${path} ends after ${row} of ${rows} rows.`, 'Save it again.');
  } finally {
    await file.close();
  }
}

async function readTable(source: DataSource, path: string): Promise<Matrix> {
  const lines: Float32Array[] = [];
  let names: readonly string[] = [];
  for await (const { columns, records, flaws } of tableRows(source, path, {})) {
    names = columns;
    const [flaw] = flaws;
    if (flaw) throw invalid(`${path}, line ${flaw.line} ${flaw.reason}.`, 'Repair the line.');
    for (const { line, values } of records)
      lines.push(
        Float32Array.from(values, (text, at) => {
          const value = numberOf(text.trim());
          if (value !== null) return value;
          throw invalid(
            `${path}, line ${line}: column ${JSON.stringify(columns[at] ?? '')} holds ${JSON.stringify(text)}, which is not a number.`,
            'A table of embeddings holds numbers only: one column for each dimension.',
          );
        }),
      );
  }
  const data = room(path, lines.length, names.length);
  lines.forEach((line, row) => data.set(line, row * names.length));
  return { rows: lines.length, columns: names.length, data };
}

function room(path: string, rows: number, columns: number): Float32Array {
  if (rows * columns > MOST_NUMBERS)
    throw invalid(
      `${path} holds ${rows} rows of ${columns} numbers; at most ${MOST_NUMBERS} numbers are read.`,
      'Give fewer rows: a few thousand are enough.',
    );
  if (rows === 0 || columns === 0)
    throw invalid(`${path} holds no numbers.`, 'Give one row for each sample.');
  return new Float32Array(new SharedArrayBuffer(4 * rows * columns));
}

function checkFinite(path: string, { columns, data }: Matrix): void {
  const place = data.findIndex((value) => !Number.isFinite(value));
  if (place < 0) return;
  throw invalid(
    `${path}, row ${Math.floor(place / columns) + 1}: column ${(place % columns) + 1} is not a finite number.`,
    'Leave the row out of every file, or find out why the encoder made it.',
  );
}

/** SHA-256 of the file. */
async function digestOf(source: DataSource, path: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const bytes of source.stream(path)) hash.update(bytes);
  return hash.digest('hex');
}

function invalid(message: string, hint: string): AppError {
  return new AppError({ code: 'invalidData', message, hint });
}
