import { byScore, scoredRows } from './cells.ts';
import type { Cells } from './cells.ts';
import { crossed } from './groups.ts';
import type { Metric } from './metric.ts';
import { OUTCOMES } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';
import { EXACT_ROWS, scoreLevels } from './scoreLevels.ts';
import type { Subjects } from './subjects.ts';

/** What is resampled: whole subjects, with replacement; every model and cell sees the same draws. */
export interface ResampleInput {
  readonly subjects: Subjects;
  readonly models: readonly Outcomes[];
  readonly cells: Cells;
  readonly metrics: readonly Metric[];
  readonly draws: number;
  readonly seed: number;
  /** Rows up to which draws measure scores row by row. */
  readonly exactRows?: number;
}

/** The same as plain data in the form in which it is drawn from: it crosses the borders of threads. */
export interface ResamplePlan {
  readonly subjects: number;
  /** Rows of subject s are `start[s]` to `start[s + 1]`; rows stand in order of subject. */
  readonly start: Int32Array;
  readonly models: readonly ModelPlan[];
  readonly cells: number;
  readonly atoms: number;
  /** Atoms of each cell. */
  readonly atomsOf: readonly Int32Array[];
  /** Ids of the metrics of scores. */
  readonly scoreMetrics: readonly string[];
  readonly draws: number;
  /** Blocks of subjects, each left out once: subject s belongs to block s mod blocks. */
  readonly blocks: number;
  readonly seed: number;
}

/** One model's rows, in order of subject. */
export interface ModelPlan {
  readonly binary: boolean;
  /** atom * 8 + outcome. */
  readonly slots: Int32Array;
  /** Rows of every cell in order of score; null where there are no scores, or levels. */
  readonly exact: readonly ExactCell[] | null;
  readonly levels: LevelPlan | null;
}

/** Rows of a cell in ascending order of score. */
export interface ExactCell {
  readonly subject: Int32Array;
  readonly truth: Uint8Array | Float64Array;
  readonly score: Float64Array;
}

/** Scores as levels. */
export interface LevelPlan {
  readonly count: number;
  readonly score: Float64Array;
  /** (atom * levels + level) * 2 + truth. */
  readonly slots: Int32Array;
}

/** More blocks tell nothing more: the skewness they estimate is then known to about 0.003. */
const MAX_BLOCKS = 200;

/** Brings rows into the form in which they are drawn from. */
export function planResample(input: ResampleInput): ResamplePlan {
  const { subjects, cells, metrics, draws, seed, models } = input;
  const atoms = atomsOf(cells);
  const scoreMetrics = metrics.filter((metric) => metric.kind === 'score').map((metric) => metric.id);
  return {
    subjects: subjects.count,
    start: shared(subjects.start),
    models: models.map((model) => modelPlan(input, model, atoms.of, scoreMetrics.length > 0)),
    cells: cells.cells.length,
    atoms: atoms.count,
    atomsOf: atoms.byCell,
    scoreMetrics,
    draws,
    blocks: Math.min(subjects.count, MAX_BLOCKS),
    seed,
  };
}

/** Draws, leave-outs, and everybody once: what a plan measures in all. */
export function roundsOf(plan: Pick<ResamplePlan, 'draws' | 'blocks'>): number {
  return plan.draws + plan.blocks + 1;
}

interface Atoms {
  readonly count: number;
  readonly of: Int32Array;
  readonly byCell: readonly Int32Array[];
}

/** The finest parts into which the cells divide the rows: counted once per draw, then added up to cells. */
export function atomsOf({ cells, groupings }: Cells): Atoms {
  let of = new Int32Array(cells[0]?.rows.length ?? 0);
  for (const grouping of groupings) {
    if (grouping.features.length > 1) continue;
    of = crossed(of, grouping.of, grouping.groups.length);
  }
  const count = of.reduce((most, atom) => Math.max(most, atom), -1) + 1;
  const byCell = cells.map((cell) => {
    const seen = new Uint8Array(count);
    for (const row of cell.rows) seen[of[row] ?? 0] = 1;
    return Int32Array.from(seen.keys()).filter((atom) => seen[atom] === 1);
  });
  return { count, of, byCell };
}

function modelPlan(input: ResampleInput, model: Outcomes, atoms: Int32Array, scored: boolean): ModelPlan {
  const { subjects, cells, exactRows = EXACT_ROWS } = input;
  const slots = shared(subjects.rows.map((row) => (atoms[row] ?? 0) * OUTCOMES + (model.codes[row] ?? 0)));
  const { binary, score } = model;
  if (!scored || score === null) return { binary, slots, exact: null, levels: null };
  if (model.n > exactRows && binary)
    return { binary, slots, exact: null, levels: levelPlan(input, model, score, atoms) };
  const exact = cells.cells.map((cell) => {
    const sorted = byScore(cell.rows, score);
    const rows = scoredRows(sorted, model, score);
    return { subject: sorted.map((row) => subjects.of[row] ?? 0), truth: rows.truth, score: rows.score };
  });
  return { binary, slots, exact, levels: null };
}

function levelPlan(
  { subjects }: ResampleInput,
  model: Outcomes,
  score: Float64Array,
  atoms: Int32Array,
): LevelPlan {
  const levels = scoreLevels(score, model);
  const slots = subjects.rows.map((row) => (atoms[row] ?? 0) * levels.count * 2 + (levels.of[row] ?? 0));
  return { count: levels.count, score: levels.score, slots: shared(slots) };
}

/** A copy in memory that threads share. */
export function shared(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
