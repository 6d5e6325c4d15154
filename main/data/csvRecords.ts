import { Parser } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { invalidData } from './source.ts';
import type { DataSource } from './source.ts';

/** A record of a table and the line of the file it ends in; the first line is 1. */
export interface CsvRecord {
  readonly line: number;
  readonly values: readonly string[];
}

/** A line that could not be read. */
export interface CsvFlaw {
  readonly line: number;
  /** A phrase that goes on from the line's name. */
  readonly reason: string;
}

/** How `csvRecords` reads. */
export interface CsvRecordsOptions {
  /** Given every byte of the file once, in order, if no quotes are broken. */
  readonly seen?: ((bytes: Uint8Array) => void) | undefined;
  /** Fields of a record, if that is known; else as many as the first has. */
  readonly width?: number | null;
}

/** A part of a table, in the order of the file. */
export interface CsvPiece {
  readonly records: readonly CsvRecord[];
  readonly flaws: readonly CsvFlaw[];
}

const MAX_RECORD_BYTES = 1 << 20;
/** After so many records with broken quotes the rest of a table is given up. */
const MAX_BROKEN = 100;
/** So many records with line breaks are looked at a second time; beyond that they count as broken, so that no file takes forever. */
const MAX_DOUBTFUL = 10_000;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;

/**
 * Records of any width, piece by piece in bounded memory; blank lines are passed over. Where quotes are broken, one line is a flaw and reading
 * goes on with the next. Where none are, `seen` is given every byte of the file once, in order.
 * @throws AppError invalidData: no such file, not UTF-8
 */
export async function* csvRecords(
  source: DataSource,
  path: string,
  { seen = () => {}, width = null }: CsvRecordsOptions = {},
): AsyncGenerator<CsvPiece, void> {
  const state = { width, delimiter: await delimiterOf(source, path) };
  const mark = await markOf(source, path);
  if (mark.length > 0) seen(mark);
  let from: Position = { byte: mark.length, line: 0 };
  for (let broken = 0, doubtful = 0; broken < MAX_BROKEN;) {
    const stop = yield* part(source, path, from, state, seen);
    if (stop === null) return;
    const whole = doubtful++ < MAX_DOUBTFUL ? await strictRecord(source, path, stop, state) : null;
    from = whole?.end ?? (await nextLine(source, path, stop));
    if (whole !== null) {
      state.width ??= whole.values.length;
      yield { records: [{ line: from.line, values: whole.values }], flaws: [] };
      continue;
    }
    const flaw = { line: from.line, reason: 'has broken quotes' };
    yield { records: [], flaws: ++broken < MAX_BROKEN ? [flaw] : [flaw, givenUp(from.line + 1)] };
  }
}

function givenUp(line: number): CsvFlaw {
  return { line, reason: 'and what follows was not read: too many broken quotes' };
}

/** Bytes and lines before a place in the file. */
interface Position {
  readonly byte: number;
  readonly line: number;
}

/** What is known of a table from its first record on. */
interface TableState {
  readonly delimiter: string;
  width: number | null;
}

/** Yields records from a place on; returns where the first broken one begins (blank lines included), or null at the end. */
async function* part(
  source: DataSource,
  path: string,
  from: Position,
  state: TableState,
  seen: (bytes: Uint8Array) => void,
): AsyncGenerator<CsvPiece, Position | null> {
  let last = from;
  let records: CsvRecord[] = [];
  const parser = new Parser({
    delimiter: state.delimiter,
    max_record_size: MAX_RECORD_BYTES,
    on_record: (values: readonly string[], context) => {
      const end = { byte: from.byte + context.bytes, line: from.line + context.lines };
      const fits = values.length === (state.width ?? values.length);
      if (end.line > last.line + 1 && values.some((value) => isDoubtful(value, fits)))
        throw new Error('a quote may have swallowed lines');
      state.width ??= values.length;
      last = end;
      records.push({ line: last.line, values });
      return null;
    },
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  // Failures are told to whoever writes; without a listener they would end the process.
  parser.on('error', () => {}).resume();
  for await (const bytes of textFrom(source, path, from.byte, seen)) {
    const whole = await written(parser, bytes);
    yield { records, flaws: [] };
    records = [];
    if (!whole) return last;
  }
  const whole = await written(parser, null);
  yield { records, flaws: [] };
  return whole ? null : last;
}

/** Whether an open quote may have taken in lines that follow it: of such a field the parser keeps the quote. */
function isDoubtful(value: string, fits: boolean): boolean {
  return value.includes('\n') && (!fits || value.startsWith('"'));
}

interface Whole {
  readonly values: readonly string[];
  readonly end: Position;
}

/** The record at a place and where it ends, if its quotes are as they must be and it has the table's width; else null. */
async function strictRecord(
  source: DataSource,
  path: string,
  from: Position,
  { delimiter, width }: TableState,
): Promise<Whole | null> {
  const found: Whole[] = [];
  try {
    parse(await source.read(path, from.byte, MAX_RECORD_BYTES), {
      delimiter,
      to: 1,
      on_record: (values: readonly string[], { bytes, lines }) => {
        found.push({ values, end: { byte: from.byte + bytes, line: from.line + lines } });
        return null;
      },
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch {
    return null;
  }
  const [whole] = found;
  return whole !== undefined && whole.values.length === (width ?? whole.values.length) ? whole : null;
}

/** Hands bytes (null: the end) to the parser; false if it found quotes that are broken. */
function written(parser: Parser, bytes: Uint8Array | null): Promise<boolean> {
  return new Promise((resolve) => {
    const told = (cause?: Error | null): void => resolve(cause == null);
    if (bytes === null) parser.end(told);
    else parser.write(bytes, told);
  });
}

/** The file from a place on, checked to be text in UTF-8. */
async function* textFrom(
  source: DataSource,
  path: string,
  from: number,
  seen: (bytes: Uint8Array) => void,
): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const check = (bytes?: Uint8Array): void => {
    try {
      decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw invalidData(`${path} is not text in UTF-8.`, 'Save it again as UTF-8.');
    }
  };
  for await (const bytes of source.stream(path, from)) {
    seen(bytes);
    check(bytes);
    yield bytes;
  }
  check();
}

/** The byte order mark a file begins with; empty if it has none. */
async function markOf(source: DataSource, path: string): Promise<Uint8Array> {
  const bytes = await source.read(path, 0, BYTE_ORDER_MARK.length);
  return BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? bytes : bytes.subarray(0, 0);
}

/** Where the line after a place begins, blank lines before it passed over. */
async function nextLine(source: DataSource, path: string, from: Position): Promise<Position> {
  let { byte, line } = from;
  let blank = true;
  for await (const bytes of source.stream(path, byte)) {
    for (const value of bytes) {
      byte++;
      if (value === NEWLINE) line++;
      if (value === NEWLINE && !blank) return { byte, line };
      if (value !== NEWLINE && value !== RETURN) blank = false;
    }
  }
  return { byte, line: line + 1 };
}

/** Comma, semicolon or tab, whichever the first line holds most of. */
async function delimiterOf(source: DataSource, path: string): Promise<string> {
  const start = new TextDecoder().decode(await source.read(path, 0, 65_536));
  const first = start.split(/\r?\n/).find((line) => line.trim() !== '') ?? '';
  const count = (delimiter: string): number => first.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}
