import type { NumberedPoint } from './protocol.ts';

/** Name of the journal inside a run's directory. */
export const JOURNAL_FILE = 'points.journal';

const NOT_FINITE: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/**
 * Points as journal text: one JSON object per line, `{"seq","metric","step","epoch","time","value"}`, each line ended by "\n".
 * The trainer appends this text to the journal before it sends the points. A value that is not finite is written as text ("NaN").
 */
export function encodeJournal(points: readonly NumberedPoint[]): string {
  return points.map(encodeLine).join('');
}

function encodeLine(point: NumberedPoint): string {
  const { seq, metric, step, epoch, time } = point;
  const value = Number.isFinite(point.value) ? point.value : String(point.value);
  return `${JSON.stringify({ seq, metric, step, epoch, time, value })}\n`;
}

/**
 * One line of a journal without its line end.
 * @returns null for an empty, torn or foreign line: a process that is killed while it writes leaves half a line
 */
export function parseJournalLine(line: string): NumberedPoint | null {
  const plain = parseObject(line);
  if (plain === null) return null;
  const value = readValue(plain['value']);
  const { seq, metric, step, epoch, time } = plain;
  if (typeof metric !== 'string' || metric === '' || value === null) return null;
  if (!isCount(seq) || !isCount(step) || !isReal(epoch) || !isReal(time)) return null;
  return { seq, metric, step, epoch, time, value };
}

/** Every whole point in journal text, in order; torn lines are left out. */
export function parseJournal(text: string): readonly NumberedPoint[] {
  return text
    .split('\n')
    .map(parseJournalLine)
    .filter((point) => point !== null);
}

function parseObject(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith('{') || !line.endsWith('}')) return null;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

function readValue(value: unknown): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? (NOT_FINITE[value] ?? null) : null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isReal(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
