import { Rng } from '../core/rng.ts';
import { byScore, countsFrom, scoredRows } from './cells.ts';
import type { Cells } from './cells.ts';
import { crossed } from './groups.ts';
import type { Metric, ScoredRows, ScoreMetric } from './metric.ts';
import { OUTCOMES } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';
import type { Subjects } from './subjects.ts';

/** What is resampled: whole subjects, with replacement; every model and cell sees the same draws. */
export interface ResampleInput {
  readonly subjects: Subjects;
  readonly models: readonly Outcomes[];
  readonly cells: Cells;
  readonly metrics: readonly Metric[];
  readonly draws: number;
  readonly seed: number;
  /** Told how far it is, 0..1; whatever it throws ends the work. */
  readonly onProgress?: (fraction: number) => void;
}

/** Values of metrics over the draws of a bootstrap. */
export interface Replicates {
  readonly draws: number;
  /** Values of one metric of one cell of one model, draw by draw; NaN marks a draw where it is undefined. */
  readonly values: (model: number, cell: number, metric: Metric) => Float64Array;
}

/**
 * Subject-cluster bootstrap (Field and Welsh 2007): each draw takes as many subjects as there are, with replacement, with all their rows.
 * A draw's numbers follow from the seed and its own number alone, so that the work can be divided in any way.
 */
export function resample(input: ResampleInput): Replicates {
  const { subjects, models, cells, draws, seed, onProgress } = input;
  const atoms = atomsOf(cells);
  const slots = models.map((model) => slotsOf(model, atoms.of));
  const stored = models.map(() => new Int32Array(draws * cells.cells.length * OUTCOMES));
  const scored = scoredCells(input);
  const weights = new Int32Array(subjects.count);
  const counts = new Int32Array(atoms.count * OUTCOMES);
  for (let draw = 0; draw < draws; draw++) {
    drawSubjects(weights, seed, draw);
    slots.forEach((slot, model) => {
      countRows(counts, slot, weights, subjects.of);
      const target = stored[model];
      if (target) addAtoms(target, draw * cells.cells.length * OUTCOMES, counts, atoms.byCell);
    });
    for (const cell of scored) evaluateScores(cell, weights, subjects.of, draw);
    if (draw % 50 === 0) onProgress?.(draw / draws);
  }
  return replicates(input, stored, scored);
}

/** How often each subject is drawn. */
function drawSubjects(weights: Int32Array, seed: number, draw: number): void {
  const rng = Rng.stream(seed, `bootstrap/${draw}`);
  const n = weights.length;
  weights.fill(0);
  for (let i = 0; i < n; i++) {
    // Scaling 32 random bits is uneven by at most n / 2^32, far below the error of any number of draws.
    const subject = Math.floor(rng.uniform() * n);
    weights[subject] = (weights[subject] ?? 0) + 1;
  }
}

interface Atoms {
  readonly count: number;
  readonly of: Int32Array;
  readonly byCell: readonly Int32Array[];
}

/** The finest parts into which the cells divide the rows: counted once per draw, then added up to cells. */
function atomsOf({ cells, groupings }: Cells): Atoms {
  let of = new Int32Array(cells[0]?.rows.length ?? 0);
  for (const grouping of groupings) {
    if (grouping.features.length > 1) continue;
    of = crossed(of, grouping.of, grouping.groups.length);
  }
  const count = of.reduce((most, atom) => Math.max(most, atom), -1) + 1;
  const byCell = cells.map((cell) => Int32Array.from(new Set(Array.from(cell.rows, (row) => of[row] ?? 0))));
  return { count, of, byCell };
}

function slotsOf(model: Outcomes, atoms: Int32Array): Int32Array {
  return atoms.map((atom, row) => atom * OUTCOMES + (model.codes[row] ?? 0));
}

function countRows(counts: Int32Array, slots: Int32Array, weights: Int32Array, subjectOf: Int32Array): void {
  counts.fill(0);
  for (let row = 0; row < slots.length; row++) {
    const slot = slots[row] ?? 0;
    counts[slot] = (counts[slot] ?? 0) + (weights[subjectOf[row] ?? 0] ?? 0);
  }
}

function addAtoms(target: Int32Array, from: number, counts: Int32Array, byCell: readonly Int32Array[]): void {
  byCell.forEach((atoms, cell) => {
    const at = from + cell * OUTCOMES;
    for (const atom of atoms) {
      for (let code = 0; code < OUTCOMES; code++)
        target[at + code] = (target[at + code] ?? 0) + (counts[atom * OUTCOMES + code] ?? 0);
    }
  });
}

interface ScoredCell {
  readonly model: number;
  readonly cell: number;
  readonly sorted: Int32Array;
  readonly rows: ScoredRows & { readonly weight: Int32Array };
  readonly metrics: readonly ScoreMetric[];
  readonly values: readonly Float64Array[];
}

function scoredCells({ models, cells, metrics, draws }: ResampleInput): readonly ScoredCell[] {
  const chosen = metrics.filter((metric) => metric.kind === 'score');
  if (chosen.length === 0) return [];
  return models.flatMap((model, at) => {
    const { score } = model;
    if (score === null) return [];
    return cells.cells.map((cell, index) => {
      const sorted = byScore(cell.rows, score);
      return {
        model: at,
        cell: index,
        sorted,
        rows: { ...scoredRows(sorted, model, score), weight: new Int32Array(sorted.length) },
        metrics: chosen,
        values: chosen.map(() => new Float64Array(draws)),
      };
    });
  });
}

function evaluateScores(cell: ScoredCell, weights: Int32Array, subjectOf: Int32Array, draw: number): void {
  const { sorted, rows } = cell;
  for (let at = 0; at < sorted.length; at++) rows.weight[at] = weights[subjectOf[sorted[at] ?? 0] ?? 0] ?? 0;
  cell.metrics.forEach((metric, index) => {
    const values = cell.values[index];
    if (values) values[draw] = metric.value(rows) ?? NaN;
  });
}

function replicates(
  { models, cells, draws }: ResampleInput,
  stored: readonly Int32Array[],
  scored: readonly ScoredCell[],
): Replicates {
  const cache = new Map<string, Float64Array>();
  for (const { model, cell, metrics, values } of scored)
    metrics.forEach((metric, at) =>
      cache.set(`${model}/${cell}/${metric.id}`, values[at] ?? new Float64Array(0)),
    );
  const values = (model: number, cell: number, metric: Metric): Float64Array => {
    const key = `${model}/${cell}/${metric.id}`;
    const kept = cache.get(key);
    if (kept) return kept;
    const made = fromTallies(metric, stored[model], models[model], cell, cells.cells.length, draws);
    cache.set(key, made);
    return made;
  };
  return { draws, values };
}

function fromTallies(
  metric: Metric,
  stored: Int32Array | undefined,
  model: Outcomes | undefined,
  cell: number,
  width: number,
  draws: number,
): Float64Array {
  const values = new Float64Array(draws).fill(NaN);
  if (!stored || !model || metric.kind !== 'count' || (metric.binary && !model.binary)) return values;
  return values.map((_, draw) => {
    const counts = countsFrom(stored, (draw * width + cell) * OUTCOMES, model.binary);
    return metric.value(counts) ?? NaN;
  });
}
