import { byScoreInCells, countsFrom, scoredRows, tally } from './cells.ts';
import type { Cell, Cells } from './cells.ts';
import { classCountsOf } from './classCounts.ts';
import type { Counts, Metric, ScoredRows } from './metric.ts';
import type { Outcomes } from './outcomes.ts';
import type { Subjects } from './subjects.ts';

/** Point values of one cell of one model. */
export interface FrameRow {
  readonly cell: Cell;
  /** Rows, each counted once: how much support there is. */
  readonly counts: Counts;
  /** The same by weight; `counts` where there are no weights. */
  readonly sums: Counts;
  /** Different people among the cell's rows. */
  readonly subjects: number;
  /** By metric id; null where undefined. */
  readonly values: Readonly<Record<string, number | null>>;
}

/** Every metric of every cell of one model, in the order of the cells: overall first, then by group. */
export function metricFrame(
  outcomes: Outcomes,
  cells: Cells,
  subjects: Subjects,
  metrics: readonly Metric[],
): readonly FrameRow[] {
  const scored = scoredCells(outcomes, cells, metrics);
  const seen = new Int32Array(subjects.count).fill(-1);
  return cells.cells.map((cell, index) => {
    const counts = countsFrom(tally(cell.rows, { codes: outcomes.codes }), 0, outcomes.binary);
    const sums =
      outcomes.weights == null ? counts : countsFrom(tally(cell.rows, outcomes), 0, outcomes.binary);
    const values = metrics.map((metric) => [
      metric.id,
      measure(metric, outcomes, { sums, rows: cell.rows }, scored, index),
    ]);
    return {
      cell,
      counts,
      sums,
      subjects: subjectsAmong(cell.rows, index, subjects, seen),
      values: Object.fromEntries(values) as Record<string, number | null>,
    };
  });
}

/** Rows in order of score, cell by cell; sorted once. */
type ScoredCells = (cell: number) => ScoredRows | null;

function scoredCells(outcomes: Outcomes, cells: Cells, metrics: readonly Metric[]): ScoredCells {
  const { score } = outcomes;
  if (score === null || !metrics.some((metric) => metric.kind === 'score')) return () => null;
  const sorted = byScoreInCells(cells, score);
  const rowsOf = (cell: number): ScoredRows => scoredRows(sorted[cell] ?? new Int32Array(0), outcomes, score);
  const everybody = rowsOf(0);
  let last = { cell: 0, rows: everybody };
  return (cell) => {
    if (cell === 0) return everybody;
    if (last.cell !== cell) last = { cell, rows: rowsOf(cell) };
    return last.rows;
  };
}

function measure(
  metric: Metric,
  outcomes: Outcomes,
  { sums, rows: all }: { readonly sums: Counts; readonly rows: Int32Array },
  scored: ScoredCells,
  cell: number,
): number | null {
  if (metric.binary && !outcomes.binary) return null;
  if (metric.kind === 'count') return outcomes.numbers === null ? metric.value(sums) : null;
  if (metric.kind === 'classes')
    return outcomes.classes == null
      ? null
      : metric.value(classCountsOf(all, outcomes.classes, outcomes.weights ?? null));
  const rows = scored(cell);
  return rows === null ? null : metric.value(rows, cell === 0 ? null : scored(0));
}

/** Different subjects among some rows. */
function subjectsAmong(rows: Int32Array, cell: number, subjects: Subjects, seen: Int32Array): number {
  let count = 0;
  for (const row of rows) {
    const subject = subjects.of[row] ?? 0;
    if (seen[subject] !== cell) count++;
    seen[subject] = cell;
  }
  return count;
}

/** Why a metric that has no value has none. */
export function whyUndefined(metric: Metric, outcomes: Outcomes): string {
  if (metric.kind === 'count' && outcomes.numbers !== null) return 'the target is a number';
  if (metric.binary && !outcomes.binary)
    return outcomes.numbers === null ? 'no positive class was chosen' : 'the target is a number';
  if (metric.kind === 'classes' && outcomes.classes == null)
    return outcomes.numbers === null ? 'there are no more than two classes' : 'the target is a number';
  if (metric.kind === 'score' && outcomes.score === null) return 'no scores';
  return metric.undefinedReason;
}
