import { parse } from 'csv-parse/sync';
import { invalidData, readWhole } from './source.ts';
import type { DataSource } from './source.ts';

/** Larger tables are refused. */
export const MAX_TABLE_BYTES = 256 << 20;

const MAX_RECORD_BYTES = 1 << 20;
/** After so many records with broken quotes the rest of a table is given up. */
const MAX_BROKEN = 100;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** A table of text read from CSV or TSV. */
export interface CsvTable {
  readonly columns: readonly string[];
  /** Records with the line of the file they end in (the first is 1), each as long as `columns`. */
  readonly rows: readonly CsvRow[];
  /** Records that could not be read. */
  readonly rejected: readonly { readonly item: string; readonly reason: string }[];
}

interface CsvRow {
  readonly line: number;
  readonly values: readonly string[];
}

/**
 * Reads a table with a header; comma, semicolon or tab, whichever the header holds most of. A record with too few or too many
 * fields or broken quotes is one rejection; after broken quotes reading goes on with the next line.
 * @throws AppError invalidData: too large, not UTF-8, no header, a column twice
 */
export async function readCsv(source: DataSource, path: string): Promise<CsvTable> {
  const bytes = withoutMark(await readWhole(source, path, MAX_TABLE_BYTES));
  const text = decoded(bytes, path);
  const { records, broken } = readRecords(bytes, delimiterOf(text));
  const [header, ...rest] = records;
  if (header === undefined)
    throw invalidData(`${path} has no header.`, 'Its first line must name the columns.');
  const columns = header.values.map((name) => name.trim());
  checkColumns(columns, path);
  const uneven = rest.filter((row) => row.values.length !== columns.length);
  const flaws = [
    ...broken,
    ...uneven.map(({ line, values }) => ({
      line,
      reason: `has ${values.length} fields instead of ${columns.length}`,
    })),
  ];
  return {
    columns,
    rows: rest.filter((row) => row.values.length === columns.length),
    rejected: flaws
      .sort((a, b) => a.line - b.line)
      .map(({ line, reason }) => ({ item: `${path}, line ${line}`, reason })),
  };
}

interface Flaw {
  readonly line: number;
  readonly reason: string;
}

/** Every record; where quotes are broken, the line is passed over and reading starts again. */
function readRecords(
  bytes: Uint8Array,
  delimiter: string,
): { records: readonly CsvRow[]; broken: readonly Flaw[] } {
  const records: CsvRow[] = [];
  const broken: Flaw[] = [];
  let at: Position = { byte: 0, line: 0 };
  while (at.byte < bytes.length) {
    const stop = readPart(bytes, at, delimiter, records);
    if (stop === null) break;
    const start = skipBlankLines(bytes, stop);
    at = nextLine(bytes, start);
    broken.push({ line: at.line, reason: 'has broken quotes' });
    if (broken.length < MAX_BROKEN) continue;
    broken.push({ line: at.line + 1, reason: 'and what follows was not read: too many broken quotes' });
    break;
  }
  return { records, broken };
}

/** Bytes and lines before a place in the file. */
interface Position {
  readonly byte: number;
  readonly line: number;
}

/** Appends records from a place on; answers where the first broken one begins (blank lines included), or null at the end. */
function readPart(bytes: Uint8Array, from: Position, delimiter: string, into: CsvRow[]): Position | null {
  let last = from;
  try {
    parse(bytes.subarray(from.byte), {
      delimiter,
      max_record_size: MAX_RECORD_BYTES,
      on_record: (values: readonly string[], context) => {
        const end = { byte: from.byte + context.bytes, line: from.line + context.lines };
        const swallowed = values.some((value) => value.includes('\n'));
        if (swallowed && values.length !== (into[0]?.values.length ?? values.length))
          throw new Error('a quote swallowed lines');
        into.push({ line: end.line, values });
        last = end;
        return null;
      },
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    });
    return null;
  } catch {
    return last;
  }
}

function skipBlankLines(bytes: Uint8Array, from: Position): Position {
  let { byte, line } = from;
  for (; bytes[byte] === NEWLINE || bytes[byte] === RETURN; byte++) if (bytes[byte] === NEWLINE) line++;
  return { byte, line };
}

function nextLine(bytes: Uint8Array, from: Position): Position {
  const end = bytes.indexOf(NEWLINE, from.byte);
  return { byte: end < 0 ? bytes.length : end + 1, line: from.line + 1 };
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function delimiterOf(text: string): string {
  const header = text.slice(0, 65_536).split(/\r?\n/).find((line) => line.trim() !== '') ?? ''; // prettier-ignore
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidData(`${path} is not text in UTF-8.`, 'Save it again as UTF-8.');
  }
}

function checkColumns(columns: readonly string[], path: string): void {
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined)
    throw invalidData(`Column ${JSON.stringify(twice)} appears twice in ${path}.`, 'Give every column its own name.'); // prettier-ignore
}
