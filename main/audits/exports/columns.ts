import { parquetWriteBuffer } from 'hyparquet-writer';
import { csvText } from '../formats/csvText.ts';
import { encodeNpy } from './npy.ts';

/** A column of numbers or of words; all columns of a table are equally long. */
export type Column =
  | { readonly name: string; readonly numbers: Float64Array | Float32Array | Int32Array }
  | { readonly name: string; readonly words: readonly string[] };

/** How a table of columns is written. */
export type TableFormat = 'parquet' | 'npy' | 'csv';

/** Files by name within a zip. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** A table as one file, or for NPY one file per column; words become codes there, with their list beside them. */
export function tableFiles(stem: string, columns: readonly Column[], format: TableFormat): Files {
  switch (format) {
    case 'parquet':
      return { [`${stem}.parquet`]: parquetOf(columns) };
    case 'csv':
      return { [`${stem}.csv`]: new TextEncoder().encode(csvOf(columns)) };
    case 'npy':
      return Object.assign({}, ...columns.map((column) => npyOf(stem, column))) as Files;
  }
}

function parquetOf(columns: readonly Column[]): Uint8Array {
  const columnData = columns.map((column) =>
    'words' in column
      ? { name: column.name, data: [...column.words], type: 'STRING' as const, nullable: false }
      : { name: column.name, data: column.numbers, type: parquetType(column.numbers), nullable: false },
  );
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function parquetType(numbers: Float64Array | Float32Array | Int32Array): 'DOUBLE' | 'FLOAT' | 'INT32' {
  if (numbers instanceof Float64Array) return 'DOUBLE';
  return numbers instanceof Float32Array ? 'FLOAT' : 'INT32';
}

function csvOf(columns: readonly Column[]): string {
  const length = columns.reduce((most, column) => Math.max(most, valuesOf(column).length), 0);
  const rows = Array.from({ length }, (_, row) => columns.map((column) => valuesOf(column)[row] ?? null));
  return csvText([columns.map((column) => column.name), ...rows]);
}

function valuesOf(column: Column): ArrayLike<string | number> {
  return 'words' in column ? column.words : column.numbers;
}

function npyOf(stem: string, column: Column): Files {
  const file = `${stem}.${column.name.replace(/[^\w-]+/g, '_')}`;
  if (!('words' in column)) return { [`${file}.npy`]: encodeNpy([column.numbers.length], column.numbers) };
  const names = [...new Set(column.words)];
  const code = new Map(names.map((name, at) => [name, at]));
  return {
    [`${file}.npy`]: encodeNpy(
      [column.words.length],
      Int32Array.from(column.words, (word) => code.get(word) ?? -1),
    ),
    [`${file}.names.json`]: new TextEncoder().encode(`${JSON.stringify(names)}\n`),
  };
}
