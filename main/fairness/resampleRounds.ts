import { atomSums } from './atomSums.ts';
import { levelRows } from './levelRows.ts';
import type { Sums } from './cells.ts';
import { classCountsAt, PER_CLASS } from './classCounts.ts';
import type { ScoredRows } from './metric.ts';
import { metricById } from './metricCatalog.ts';
import { OUTCOMES } from './outcomes.ts';
import type { ClassPlan, ExactCell, LevelPlan, ModelPlan, ResamplePlan } from './resamplePlan.ts';
import type { UnitEntries } from './unitEntries.ts';
import { fillWords } from './words.ts';

/** What some rounds of a plan gave: first the draws, then the leave-outs, then everybody once. */
export interface Rounds {
  readonly from: number;
  readonly to: number;
  /** For each model how often each outcome occurs [round, cell, 8]. */
  readonly tallies: readonly Sums[];
  /** For each model values of metrics of scores and over classes [metric, cell, round]; NaN where undefined. */
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
  const room = (length: number): Sums => (plan.weighted ? new Float64Array(length) : new Int32Array(length));
  const counts = room(plan.atoms * OUTCOMES);
  const summed = atomSums(plan.groupings, counts, OUTCOMES);
  const tallies = plan.models.map(() => room(rounds * plan.cells * OUTCOMES));
  const measures = plan.models.map((model) => measuresOf(plan, model));
  const scored = measures.map((own) => {
    const values = new Float64Array(own.length === 0 ? 0 : plan.measured.length * plan.cells * rounds);
    return values.fill(NaN);
  });
  for (let round = 0; round < rounds; round++) {
    weigh(weights, words, plan, from + round);
    plan.models.forEach((model, at) => {
      counts.fill(0);
      addEntries(counts, model.slots, weights);
      summed.update();
      writeCells(tallies[at] ?? counts, round * plan.cells * OUTCOMES, summed.sums);
      const values = scored[at];
      for (const measure of measures[at] ?? [])
        if (values) measure(weights, (place, value) => (values[place * rounds + round] = value));
    });
    if (round % 20 === 19) onProgress?.(20);
  }
  return { from, to, tallies, scored };
}

function measuresOf(plan: ResamplePlan, { exact, levels, classes }: ModelPlan): readonly Measure[] {
  return [
    ...(exact === null ? [] : [exactMeasure(plan, exact)]),
    ...(levels === null ? [] : [levelMeasure(plan, levels)]),
    ...(classes === null ? [] : [classMeasure(plan, classes)]),
  ];
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

function addEntries(counts: Sums, { start, place, times }: UnitEntries, weights: Uint16Array): void {
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

function writeCells(target: Sums, from: number, sums: readonly Sums[]): void {
  let at = from;
  for (const sum of sums) {
    target.set(sum, at);
    at += sum.length;
  }
}

/** Measures metrics of scores under some weights; told by place metric * cells + cell. */
type Measure = (weights: Uint16Array, visit: (place: number, value: number) => void) => void;

type Weighted = ScoredRows & { readonly weight: Sums };

function measureCells(
  plan: ResamplePlan,
  rows: readonly Weighted[],
): (visit: (place: number, value: number) => void) => void {
  const metrics = plan.measured.flatMap((id, at) => {
    const metric = metricById(id);
    return metric.kind === 'score' ? [{ metric, at }] : [];
  });
  const [everybody] = rows;
  return (visit) => {
    rows.forEach((one, cell) => {
      metrics.forEach(({ metric, at }) =>
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
    weight: plan.weighted ? new Float64Array(cell.score.length) : new Int32Array(cell.score.length),
  }));
  const measure = measureCells(plan, rows);
  return (weights, visit) => {
    cells.forEach(({ subject, weight }, at) => {
      const target = rows[at]?.weight;
      if (!target) return;
      for (let row = 0; row < subject.length; row++) {
        const times = weights[subject[row] ?? 0] ?? 0;
        target[row] = weight === null ? times : times * (weight[row] ?? 0);
      }
    });
    measure(visit);
  };
}

function levelMeasure(plan: ResamplePlan, levels: LevelPlan): Measure {
  const length = levels.count * 2;
  const histogram = plan.weighted
    ? new Float64Array(plan.atoms * length)
    : new Int32Array(plan.atoms * length);
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

function classMeasure(plan: ResamplePlan, { count, slots }: ClassPlan): Measure {
  const length = count * PER_CLASS;
  const atoms = plan.weighted ? new Float64Array(plan.atoms * length) : new Int32Array(plan.atoms * length);
  const summed = atomSums(plan.groupings, atoms, length);
  const cells = summed.sums.flatMap((sum) =>
    Array.from({ length: sum.length / length }, (_, group) => classCountsAt(sum, group * length, count)),
  );
  const metrics = plan.measured.flatMap((id, at) => {
    const metric = metricById(id);
    return metric.kind === 'classes' ? [{ metric, at }] : [];
  });
  return (weights, visit) => {
    atoms.fill(0);
    addEntries(atoms, slots, weights);
    summed.update();
    cells.forEach((counts, cell) =>
      metrics.forEach(({ metric, at }) => visit(at * plan.cells + cell, metric.value(counts) ?? NaN)),
    );
  };
}
