import type { AtomGrouping } from './atomSums.ts';
import { byScoreInCells, scoredRows } from './cells.ts';
import type { Cells } from './cells.ts';
import { PER_CLASS } from './classCounts.ts';
import { crossed } from './groups.ts';
import type { Metric } from './metric.ts';
import { OUTCOMES } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';
import { EXACT_ROWS, scoreLevels } from './scoreLevels.ts';
import { subjectsOf } from './subjects.ts';
import type { Subjects } from './subjects.ts';
import { plainEntries, unitEntries } from './unitEntries.ts';
import type { UnitEntries } from './unitEntries.ts';

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
  /** Point values, to which draws on levels are moved back. */
  readonly points: (model: number, cell: number, metric: Metric) => number | null;
}

/** The same as plain data in the form in which it is drawn from: it crosses the borders of threads. */
export interface ResamplePlan {
  readonly subjects: number;
  readonly models: readonly ModelPlan[];
  readonly cells: number;
  readonly atoms: number;
  /** Everybody, then the groupings, as sums of atoms: their groups are the cells in order. */
  readonly groupings: readonly AtomGrouping[];
  /** Ids of the metrics that are measured in every round: those of scores and over classes. */
  readonly measured: readonly string[];
  /** True if rows have weights. */
  readonly weighted: boolean;
  readonly draws: number;
  /** Blocks of subjects, each left out once: subject s belongs to block s mod blocks. */
  readonly blocks: number;
  readonly seed: number;
}

/** One model's rows, subject by subject. */
export interface ModelPlan {
  readonly binary: boolean;
  /** Places atom * 8 + outcome of each subject's rows. */
  readonly slots: UnitEntries;
  /** Rows of every cell in order of score; null where there are no scores, or levels. */
  readonly exact: readonly ExactCell[] | null;
  readonly levels: LevelPlan | null;
  readonly classes: ClassPlan | null;
}

/** Classes of rows, subject by subject. */
export interface ClassPlan {
  readonly count: number;
  /** Places (atom * 3 + truth, prediction or both) * classes + class of each subject's rows. */
  readonly slots: UnitEntries;
}

/** Rows of a cell in ascending order of score. */
export interface ExactCell {
  readonly subject: Int32Array;
  readonly truth: Uint8Array | Float64Array;
  readonly score: Float64Array;
  readonly weight: Float64Array | null;
}

/** Scores as levels. */
export interface LevelPlan {
  readonly count: number;
  readonly score: Float64Array;
  /** Places (atom * levels + level) * 2 + truth of each subject's rows. */
  readonly slots: UnitEntries;
}

/** More blocks tell nothing more: the skewness they estimate is then known to about 0.003. */
const MAX_BLOCKS = 200;

/** Brings rows into the form in which they are drawn from. */
export function planResample(input: ResampleInput): ResamplePlan {
  const { subjects, cells, metrics, draws, seed, models } = input;
  const atoms = atomsOf(cells);
  const ordered = { ...input, subjects: inOrderOfAtom(subjects, atoms) };
  const needs = (kind: Metric['kind']): boolean => metrics.some((metric) => metric.kind === kind);
  return {
    subjects: subjects.count,
    models: models.map((model) => ({
      ...modelPlan(ordered, model, atoms.of, needs('score')),
      classes: needs('classes') ? classPlan(ordered, model, atoms.of) : null,
    })),
    cells: cells.cells.length,
    atoms: atoms.count,
    groupings: cellGroupings(cells, atoms),
    measured: metrics.filter((metric) => metric.kind !== 'count').map((metric) => metric.id),
    weighted: models.some((model) => model.weights != null),
    draws,
    blocks: Math.min(subjects.count, MAX_BLOCKS),
    seed,
  };
}

/** Draws, leave-outs, and everybody once: what a plan measures in all. */
export function roundsOf(plan: Pick<ResamplePlan, 'draws' | 'blocks'>): number {
  return plan.draws + plan.blocks + 1;
}

/**
 * Subjects numbered by their first row's atom: rows that count in the same small part of a tally then stand together, which is several times
 * faster than leaping through it. Draws do not care how subjects are numbered.
 */
function inOrderOfAtom({ of, count, rows, start }: Subjects, { of: atoms, count: size }: Atoms): Subjects {
  const atomOf = Int32Array.from(
    { length: count },
    (_, subject) => atoms[rows[start[subject] ?? 0] ?? 0] ?? 0,
  );
  const next = new Int32Array(size + 1);
  for (const atom of atomOf) next[atom + 1] = (next[atom + 1] ?? 0) + 1;
  for (let atom = 0; atom < size; atom++) next[atom + 1] = (next[atom + 1] ?? 0) + (next[atom] ?? 0);
  const number = atomOf.map((atom) => {
    const at = next[atom] ?? 0;
    next[atom] = at + 1;
    return at;
  });
  return subjectsOf(
    of.map((subject) => number[subject] ?? 0),
    of.length,
  );
}

/** Everybody and every grouping as sums of atoms; groups without rows have no atom. */
function cellGroupings({ groupings, first }: Cells, { count, byCell }: Atoms): readonly AtomGrouping[] {
  return [
    { groups: 1, groupOf: new Int32Array(count) },
    ...groupings.map(({ groups }, at) => {
      const groupOf = new Int32Array(count);
      groups.forEach((_, group) => {
        for (const atom of byCell[(first[at] ?? 0) + group] ?? []) groupOf[atom] = group;
      });
      return { groups: groups.length, groupOf };
    }),
  ];
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

function modelPlan(
  input: ResampleInput,
  model: Outcomes,
  atoms: Int32Array,
  scored: boolean,
): Omit<ModelPlan, 'classes'> {
  const { subjects, cells, exactRows = EXACT_ROWS } = input;
  const places = subjects.rows.map((row) => (atoms[row] ?? 0) * OUTCOMES + (model.codes[row] ?? 0));
  const weights = weightsOf(model, subjects.rows);
  const slots = sharedEntries(
    weights === null ? unitEntries(subjects.start, places) : plainEntries(subjects.start, places, weights),
  );
  const { binary, score } = model;
  if (!scored || score === null) return { binary, slots, exact: null, levels: null };
  if (model.n > exactRows && binary)
    return { binary, slots, exact: null, levels: levelPlan(input, model, score, atoms) };
  const exact = byScoreInCells(cells, score).map((sorted) => {
    const rows = scoredRows(sorted, model, score);
    return {
      subject: sorted.map((row) => subjects.of[row] ?? 0),
      truth: rows.truth,
      score: rows.score,
      weight: weightsOf(model, sorted),
    };
  });
  return { binary, slots, exact, levels: null };
}

/** Weights of some rows; null where rows have none. */
function weightsOf({ weights }: Outcomes, rows: Int32Array): Float64Array | null {
  return weights == null ? null : Float64Array.from(rows, (row) => weights[row] ?? 0);
}

/** Null for a model of no more than two classes. */
function classPlan({ subjects }: ResampleInput, model: Outcomes, atoms: Int32Array): ClassPlan | null {
  const { classes, weights } = model;
  if (classes == null) return null;
  const { count, truth, predicted } = classes;
  const [start, places, times] = [new Int32Array(subjects.start.length), [] as number[], [] as number[]];
  for (let subject = 0; subject + 1 < start.length; subject++) {
    for (let at = subjects.start[subject] ?? 0; at < (subjects.start[subject + 1] ?? 0); at++) {
      const row = subjects.rows[at] ?? 0;
      const [actual, said] = [truth[row] ?? -1, predicted[row] ?? -1];
      const first = (atoms[row] ?? 0) * PER_CLASS * count;
      const own = [
        ...(actual < 0 ? [] : [first + actual]),
        ...(said < 0 ? [] : [first + count + said]),
        ...(actual < 0 || actual !== said ? [] : [first + 2 * count + actual]),
      ];
      places.push(...own);
      if (weights != null) times.push(...own.map(() => weights[row] ?? 0));
    }
    start[subject + 1] = places.length;
  }
  const slots = plainEntries(
    start,
    Int32Array.from(places),
    weights == null ? null : Float64Array.from(times),
  );
  return { count, slots: sharedEntries(slots) };
}

function levelPlan(
  { subjects }: ResampleInput,
  model: Outcomes,
  score: Float64Array,
  atoms: Int32Array,
): LevelPlan {
  const levels = scoreLevels(score, model);
  const slots = subjects.rows.map((row) => (atoms[row] ?? 0) * levels.count * 2 + (levels.of[row] ?? 0));
  return {
    count: levels.count,
    score: levels.score,
    slots: sharedEntries(plainEntries(subjects.start, slots, weightsOf(model, subjects.rows))),
  };
}

function sharedEntries({ start, place, times }: UnitEntries): UnitEntries {
  return { start: shared(start), place: shared(place), times: sharedTimes(times) };
}

function sharedTimes(times: UnitEntries['times']): UnitEntries['times'] {
  if (times instanceof Int32Array) return shared(times);
  const copy = new Float64Array(new SharedArrayBuffer(times.byteLength));
  copy.set(times);
  return copy;
}

/** A copy in memory that threads share. */
export function shared(values: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
