import { byScore, countsFrom, scoredRows, tally } from './cells.ts';
import type { Cell, Cells } from './cells.ts';
import type { Counts, Metric } from './metric.ts';
import type { Outcomes } from './outcomes.ts';
import type { Subjects } from './subjects.ts';

/** Point values of one cell of one model. */
export interface FrameRow {
  readonly cell: Cell;
  readonly counts: Counts;
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
  return cells.cells.map((cell) => {
    const counts = countsFrom(tally(cell.rows, outcomes), 0, outcomes.binary);
    const values = metrics.map((metric) => [metric.id, measure(metric, cell.rows, outcomes, counts)]);
    return {
      cell,
      counts,
      subjects: new Set(Array.from(cell.rows, (row) => subjects.of[row])).size,
      values: Object.fromEntries(values) as Record<string, number | null>,
    };
  });
}

/** One metric over some rows; null where undefined. */
export function measure(metric: Metric, rows: Int32Array, outcomes: Outcomes, counts: Counts): number | null {
  if (metric.binary && !outcomes.binary) return null;
  if (metric.kind === 'count') return metric.value(counts);
  const { score } = outcomes;
  return score === null ? null : metric.value(scoredRows(byScore(rows, score), outcomes, score));
}

/** Why a metric that has no value has none. */
export function whyUndefined(metric: Metric, outcomes: Outcomes): string {
  if (metric.binary && !outcomes.binary) return 'no positive class was chosen';
  if (metric.kind === 'score' && outcomes.score === null) return 'no scores';
  return metric.undefinedReason;
}
