import { Rng } from '../core/rng.ts';
import type { ScoredRows, ScoreMetric } from './metric.ts';
import { metricById } from './metricCatalog.ts';
import { OUTCOMES } from './outcomes.ts';
import type { ExactCell, LevelPlan, ResamplePlan } from './resamplePlan.ts';

/** What some rounds of a plan gave: first the draws, then the leave-outs, then everybody once. */
export interface Rounds {
  readonly from: number;
  readonly to: number;
  /** For each model how often each outcome occurs [round, cell, 8]. */
  readonly tallies: readonly Int32Array[];
  /** For each model values of metrics of scores [metric, cell, round]; NaN where undefined. */
  readonly scored: readonly Float64Array[];
}

/**
 * Measures rounds `from` to `to` of a plan. A round's numbers follow from the plan and its own number alone, so that the work can be
 * divided in any way.
 */
export function resampleRounds(
  plan: ResamplePlan,
  from: number,
  to: number,
  onProgress?: (rounds: number) => void,
): Rounds {
  const rounds = to - from;
  const weights = new Uint16Array(plan.subjects);
  const counts = new Int32Array(plan.atoms * OUTCOMES);
  const tallies = plan.models.map(() => new Int32Array(rounds * plan.cells * OUTCOMES));
  const measures = plan.models.map((model) =>
    model.exact === null
      ? model.levels === null
        ? null
        : levelMeasure(plan, model.levels)
      : exactMeasure(plan, model.exact),
  );
  const scored = measures.map(
    (measure) => new Float64Array(measure === null ? 0 : plan.scoreMetrics.length * plan.cells * rounds),
  );
  for (let round = 0; round < rounds; round++) {
    weigh(weights, plan, from + round);
    plan.models.forEach((model, at) => {
      counts.fill(0);
      addRows(counts, model.slots, weights, plan.start);
      addAtoms(tallies[at] ?? counts, round * plan.cells * OUTCOMES, counts, plan.atomsOf);
      const values = scored[at];
      if (values) measures[at]?.(weights, (place, value) => (values[place * rounds + round] = value));
    });
    if (round % 20 === 19) onProgress?.(20);
  }
  return { from, to, tallies, scored };
}

/** How often each subject counts in a round. */
function weigh(weights: Uint16Array, plan: ResamplePlan, round: number): void {
  const { draws, blocks, seed } = plan;
  if (round < draws) return drawSubjects(weights, Rng.stream(seed, `bootstrap/${round}`).state());
  weights.fill(1);
  if (round < draws + blocks)
    for (let subject = round - draws; subject < weights.length; subject += blocks) weights[subject] = 0;
}

/**
 * Draws as many subjects as there are, with replacement. The generator is that of core/rng.ts, its state held in local numbers:
 * a method call for each of 10^8 subjects costs more than the draw.
 */
function drawSubjects(weights: Uint16Array, state: readonly [number, number, number, number]): void {
  let [a, b, c, d] = [state[0] | 0, state[1] | 0, state[2] | 0, state[3] | 0];
  const n = weights.length;
  const scale = n / 4294967296;
  weights.fill(0);
  for (let i = 0; i < n; i++) {
    const five = Math.imul(b, 5);
    const word = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    // Scaling 32 random bits is uneven by at most n / 2^32, far below the error of any number of draws.
    const subject = Math.floor(word * scale);
    weights[subject] = (weights[subject] ?? 0) + 1;
  }
}

function addRows(counts: Int32Array, slots: Int32Array, weights: Uint16Array, start: Int32Array): void {
  for (let subject = 0; subject < weights.length; subject++) {
    const times = weights[subject] ?? 0;
    if (times === 0) continue;
    const end = start[subject + 1] ?? 0;
    for (let row = start[subject] ?? 0; row < end; row++) {
      const slot = slots[row] ?? 0;
      counts[slot] = (counts[slot] ?? 0) + times;
    }
  }
}

function addAtoms(
  target: Int32Array,
  from: number,
  counts: Int32Array,
  atomsOf: readonly Int32Array[],
): void {
  atomsOf.forEach((atoms, cell) => {
    const at = from + cell * OUTCOMES;
    for (const atom of atoms) {
      for (let code = 0; code < OUTCOMES; code++)
        target[at + code] = (target[at + code] ?? 0) + (counts[atom * OUTCOMES + code] ?? 0);
    }
  });
}

/** Measures metrics of scores under some weights; told by place metric * cells + cell. */
type Measure = (weights: Uint16Array, visit: (place: number, value: number) => void) => void;

type Weighted = ScoredRows & { readonly weight: Int32Array };

function measureCells(
  plan: ResamplePlan,
  rows: readonly Weighted[],
): (visit: (place: number, value: number) => void) => void {
  const metrics = plan.scoreMetrics
    .map(metricById)
    .filter((metric): metric is ScoreMetric => metric.kind === 'score');
  const [everybody] = rows;
  return (visit) => {
    rows.forEach((one, cell) => {
      metrics.forEach((metric, at) =>
        visit(at * plan.cells + cell, metric.value(one, cell === 0 ? null : (everybody ?? null)) ?? NaN),
      );
    });
  };
}

function exactMeasure(plan: ResamplePlan, cells: readonly ExactCell[]): Measure {
  const rows = cells.map((cell) => ({
    length: cell.score.length,
    truth: cell.truth,
    score: cell.score,
    weight: new Int32Array(cell.score.length),
  }));
  const measure = measureCells(plan, rows);
  return (weights, visit) => {
    cells.forEach(({ subject }, at) => {
      const target = rows[at]?.weight;
      if (!target) return;
      for (let row = 0; row < subject.length; row++) target[row] = weights[subject[row] ?? 0] ?? 0;
    });
    measure(visit);
  };
}

function levelMeasure(plan: ResamplePlan, levels: LevelPlan): Measure {
  const length = levels.count * 2;
  const histogram = new Int32Array(plan.atoms * length);
  const truth = Uint8Array.from({ length }, (_, at) => at % 2);
  const score = Float64Array.from({ length }, (_, at) => levels.score[at >> 1] ?? 0);
  const rows = plan.atomsOf.map(() => ({ length, truth, score, weight: new Int32Array(length) }));
  const measure = measureCells(plan, rows);
  return (weights, visit) => {
    histogram.fill(0);
    addRows(histogram, levels.slots, weights, plan.start);
    plan.atomsOf.forEach((atoms, cell) => {
      const target = rows[cell]?.weight;
      if (!target) return;
      target.fill(0);
      for (const atom of atoms) addPart(target, histogram, atom * length);
    });
    measure(visit);
  };
}

function addPart(target: Int32Array, from: Int32Array, at: number): void {
  for (let place = 0; place < target.length; place++)
    target[place] = (target[place] ?? 0) + (from[at + place] ?? 0);
}
