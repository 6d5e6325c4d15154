import { atomSums } from './atomSums.ts';
import { levelRows } from './levelRows.ts';
import type { ScoredRows, ScoreMetric } from './metric.ts';
import { metricById } from './metricCatalog.ts';
import { OUTCOMES } from './outcomes.ts';
import type { ExactCell, LevelPlan, ResamplePlan } from './resamplePlan.ts';
import type { UnitEntries } from './unitEntries.ts';
import { fillWords } from './words.ts';

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
  const words = new Uint32Array(plan.subjects);
  const counts = new Int32Array(plan.atoms * OUTCOMES);
  const summed = atomSums(plan.groupings, counts, OUTCOMES);
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
    weigh(weights, words, plan, from + round);
    plan.models.forEach((model, at) => {
      counts.fill(0);
      addEntries(counts, model.slots, weights);
      summed.update();
      writeCells(tallies[at] ?? counts, round * plan.cells * OUTCOMES, summed.sums);
      const values = scored[at];
      if (values) measures[at]?.(weights, (place, value) => (values[place * rounds + round] = value));
    });
    if (round % 20 === 19) onProgress?.(20);
  }
  return { from, to, tallies, scored };
}

/** How often each subject counts in a round. */
function weigh(weights: Uint16Array, words: Uint32Array, plan: ResamplePlan, round: number): void {
  const { draws, blocks, seed } = plan;
  if (round < draws) {
    fillWords(words, seed, `bootstrap/${round}`);
    return drawSubjects(weights, words);
  }
  weights.fill(1);
  if (round < draws + blocks)
    for (let subject = round - draws; subject < weights.length; subject += blocks) weights[subject] = 0;
}

/** Draws as many subjects as there are, with replacement. */
function drawSubjects(weights: Uint16Array, words: Uint32Array): void {
  // Scaling 32 random bits is uneven by at most n / 2^32, far below the error of any number of draws.
  const scale = weights.length / 4294967296;
  weights.fill(0);
  for (let i = 0; i < words.length; i++) {
    const subject = Math.floor((words[i] ?? 0) * scale);
    weights[subject] = (weights[subject] ?? 0) + 1;
  }
}

function addEntries(counts: Int32Array, { start, place, times }: UnitEntries, weights: Uint16Array): void {
  const once = times.length === 0;
  for (let subject = 0; subject < weights.length; subject++) {
    const weight = weights[subject] ?? 0;
    if (weight === 0) continue;
    const end = start[subject + 1] ?? 0;
    for (let entry = start[subject] ?? 0; entry < end; entry++) {
      const at = place[entry] ?? 0;
      counts[at] = (counts[at] ?? 0) + (once ? weight : weight * (times[entry] ?? 0));
    }
  }
}

function writeCells(target: Int32Array, from: number, sums: readonly Int32Array[]): void {
  let at = from;
  for (const sum of sums) {
    target.set(sum, at);
    at += sum.length;
  }
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
  const summed = atomSums(plan.groupings, histogram, length);
  const measure = measureCells(
    plan,
    summed.sums.flatMap((sum) => levelRows(levels, sum)),
  );
  return (weights, visit) => {
    histogram.fill(0);
    addEntries(histogram, levels.slots, weights);
    summed.update();
    measure(visit);
  };
}
