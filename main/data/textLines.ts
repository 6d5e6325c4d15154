import { invalidData } from './source.ts';
import type { DataSource } from './source.ts';

/** Longer lines are not text that anybody wrote. */
export const MAX_LINE_BYTES = 1 << 20;

const NEWLINE = 0x0a;

/** One line of a file; `text` null where it is not UTF-8 or too long. */
export interface TextLine {
  readonly line: number;
  readonly text: string | null;
  /** Why there is no text. */
  readonly reason: string;
}

/** The lines of a file in bounded memory, blank ones left out. @throws AppError invalidData: no such file */
export async function* textLines(source: DataSource, path: string): AsyncGenerator<TextLine, void> {
  let line = 0;
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (): TextLine | null => {
    line++;
    const whole = length > MAX_LINE_BYTES ? null : Buffer.concat(parts);
    [parts, length] = [[], 0];
    if (whole === null) return { line, text: null, reason: `is longer than ${MAX_LINE_BYTES} bytes` };
    const text = decoded(whole);
    if (text === null) return { line, text, reason: 'is not text in UTF-8' };
    return text.trim() === '' ? null : { line, text: text.trim(), reason: '' };
  };
  for await (const bytes of source.stream(path)) {
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      parts.push(bytes.subarray(from, at));
      length += at - from;
      from = at + 1;
      const found = take();
      if (found) yield found;
    }
    length += bytes.length - from;
    // Of what is too long already nothing is kept.
    if (length <= MAX_LINE_BYTES) parts.push(bytes.slice(from));
  }
  const last = length > 0 ? take() : null;
  if (last) yield last;
}

/** Bytes as text; null if they are not UTF-8. */
export function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** A whole small text file. @throws Error with a phrase for the import report */
export async function textOf(source: DataSource, path: string, size: number): Promise<string> {
  if (size > MAX_LINE_BYTES) throw new Error(`has ${size} bytes, more than ${MAX_LINE_BYTES}`);
  const text = decoded(await source.read(path, 0, size));
  if (text === null) throw new Error('is not text in UTF-8');
  if (text.trim() === '') throw new Error('is empty');
  return text.trim();
}

/** The objects of a file in JSON Lines as fields of text; what is no object is told with its line. */
export async function* jsonLines(
  source: DataSource,
  path: string,
): AsyncGenerator<{ readonly line: number; readonly fields: ReadonlyMap<string, string> | null; readonly reason: string }, void> {
  for await (const { line, text, reason } of textLines(source, path)) {
    const value = text === null ? null : parsed(text);
    if (value === null) yield { line, fields: null, reason: reason === '' ? 'is no object of JSON' : reason };
    else yield { line, fields: new Map(Object.entries(value).map(([key, field]) => [key, fieldText(field)])), reason };
  }
} // prettier-ignore

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function fieldText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

/** The refusal of a source without texts. */
export function noTexts(location: string) {
  return invalidData(`${location} holds no texts.`, 'Texts are .txt files, lines of a file, or a column of CSV or JSON Lines.'); // prettier-ignore
}
