import type { Estimated, Leakage, LeakageInput, LeakageProbe } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../core/rng.ts';
import { differenceOf } from '../../fairness/draws.ts';
import { balancedAccuracyOf, groupAuroc, probeScores, splitBySubjects, type ProbeSplit } from '../../fairness/representation/leakage.ts'; // prettier-ignore
import type { Matrix } from '../../fairness/representation/matrix.ts';
import { at, drawWeights, shuffleLabels } from '../../fairness/representation/rows.ts';
import { MIN_ROWS, MIN_SUBJECTS } from '../../fairness/support.ts';
import { without } from '../estimates.ts';
import { drawsOf, percentileEstimate } from './estimate.ts';
import type { LayerInput } from './input.ts';
import { countSubjects, type Prepared, type PreparedFeature } from './prepared.ts';

/** What is probed: rows, their groups 0..classes-1, and how they are divided. */
interface ProbePlan {
  readonly rows: Int32Array;
  /** Of every row of the split; -1 for those that take no part. */
  readonly codes: Int32Array;
  readonly classes: number;
  readonly split: ProbeSplit;
  readonly given: string | null;
  readonly stream: string;
}

/** How well one kind of probe tells the groups of a feature from a layer, beside its baselines; of the logistic one also within each class. */
export function leakageOf(
  prepared: Prepared,
  layer: LayerInput,
  feature: PreparedFeature,
  probe: LeakageProbe,
  stream: string,
): readonly Leakage[] {
  if (feature.compared.length < 2) return [];
  const rows = prepared.rows.filter((row) => (feature.codes[row] ?? -1) >= 0);
  const plan = planOf(prepared, feature, rows, null, `leakage/${feature.column.name}`);
  return [
    ...probed(prepared, feature, probe, plan, inputsOf(prepared, layer), stream),
    ...(probe === 'logistic' ? givenClass(prepared, layer, feature, stream) : []),
  ];
}

function inputsOf(
  { rawInput }: Prepared,
  { matrix, untrained }: LayerInput,
): readonly (readonly [LeakageInput, Matrix])[] {
  // prettier-ignore
  const inputs: (readonly [LeakageInput, Matrix | null])[] = [
    ['representation', matrix],
    ['rawInput', rawInput],
    ['untrained', untrained],
    ['shuffled', matrix],
  ];
  return inputs.flatMap(([input, one]) => (one === null ? [] : [[input, one] as const]));
}

/** Within each class of the label, where two groups at least have enough behind them. */
function givenClass(
  prepared: Prepared,
  layer: LayerInput,
  feature: PreparedFeature,
  stream: string,
): readonly Leakage[] {
  const { target, subjects } = prepared.table;
  return (target?.classes ?? []).flatMap((name, code) => {
    const rows = prepared.rows.filter(
      (row) => target?.codes[row] === code && (feature.codes[row] ?? -1) >= 0,
    );
    const enough = feature.compared.filter((_, place) => {
      const own = rows.filter((row) => feature.codes[row] === place);
      return own.length >= MIN_ROWS && countSubjects(own, subjects) >= MIN_SUBJECTS;
    });
    if (enough.length < 2) return [];
    const kept = rows.filter((row) => enough.some((group) => feature.compared[feature.codes[row] ?? -1] === group)); // prettier-ignore
    const plan = planOf(prepared, feature, kept, name, `leakage/${feature.column.name}/given/${name}`);
    return probed(prepared, feature, 'logistic', plan, [['representation', layer.matrix]], stream);
  });
}

function planOf(
  { table, options }: Prepared,
  feature: PreparedFeature,
  rows: Int32Array,
  given: string | null,
  stream: string,
): ProbePlan {
  const present = [...new Set(at(feature.codes, rows))].sort((a, b) => a - b);
  const codes = new Int32Array(feature.codes.length).fill(-1);
  for (const row of rows) codes[row] = present.indexOf(feature.codes[row] ?? -1);
  // The same division for every layer and probe, so that their scores are about the same people.
  const split = splitBySubjects(rows, table.subjects, Rng.stream(options.seed, `${stream}/split`));
  return { rows, codes, classes: present.length, split, given, stream };
}

interface Scored {
  readonly balanced: number | null;
  readonly area: number | null;
  readonly balancedDraws: Float64Array;
  readonly areaDraws: Float64Array;
}

function probed(
  prepared: Prepared,
  feature: PreparedFeature,
  probe: LeakageProbe,
  plan: ProbePlan,
  inputs: readonly (readonly [LeakageInput, Matrix])[],
  stream: string,
): readonly Leakage[] {
  const { options, table } = prepared;
  const tested = at(table.subjects, plan.split.test);
  const weights = Array.from({ length: options.draws }, (_, draw) =>
    drawWeights(tested, Rng.stream(options.seed, `${plan.stream}/draw/${draw}`)),
  );
  const facts = {
    feature: feature.column.name,
    given: plan.given,
    trained: plan.split.train.length,
    tested: plan.split.test.length,
  };
  const subjects = new Set(tested).size;
  const scored = inputs.map(([input, x]) => ({
    input,
    scored: scoreOf(prepared, plan, { probe, input, x, weights, stream: `${stream}/${probe}/${input}` }),
  }));
  const own = scored[0]?.scored;
  const chance = 1 / plan.classes;
  const rows = scored.map(({ input, scored: one }) => ({
    ...facts,
    probe,
    input,
    balancedAccuracy: percentileEstimate(
      one.balanced,
      one.balancedDraws,
      subjects,
      'a group has no tested rows',
    ),
    auroc: percentileEstimate(one.area, one.areaDraws, subjects, 'a group has no tested rows'),
    gain: input === 'representation' || !own ? null : gainOf(own, one.balanced, one.balancedDraws, subjects),
  }));
  const always = `the same for every sample: one of ${plan.classes} groups is always right`;
  const majority = {
    ...facts,
    probe: null,
    input: 'majority' as const,
    balancedAccuracy: without(chance, always),
    auroc: without(0.5, always),
    gain: own ? gainOf(own, chance, new Float64Array(options.draws).fill(chance), subjects) : null,
  };
  // Of several probes the first brings the baseline that belongs to none.
  return probe === options.probes[0] || plan.given !== null ? [...rows, majority] : rows;
}

function gainOf(own: Scored, other: number | null, draws: Float64Array, subjects: number): Estimated {
  const value = own.balanced === null || other === null ? null : own.balanced - other;
  return percentileEstimate(value, differenceOf(own.balancedDraws, draws), subjects, 'a group has no tested rows'); // prettier-ignore
}

interface ProbeJob {
  readonly probe: LeakageProbe;
  readonly input: LeakageInput;
  readonly x: Matrix;
  readonly weights: readonly Uint16Array[];
  readonly stream: string;
}

function scoreOf(
  { options, table }: Prepared,
  plan: ProbePlan,
  { probe, input, x, weights, stream }: ProbeJob,
): Scored {
  // prettier-ignore
  const { classes, split } = plan;
  const codes = input === 'shuffled' ? shuffledCodes(plan, table.subjects, Rng.stream(options.seed, `${plan.stream}/shuffled`)) : plan.codes; // prettier-ignore
  const scores = probeScores({ probe, x, codes, classes, split, seed: options.seed, stream });
  const outcome = { scores, codes: at(codes, split.test), classes };
  const area = groupAuroc(outcome);
  return {
    balanced: balancedAccuracyOf(outcome, null),
    area: area(null),
    balancedDraws: drawsOf(weights.length, (draw) => balancedAccuracyOf(outcome, weights[draw] ?? null)),
    areaDraws: drawsOf(weights.length, (draw) => area(weights[draw] ?? null)),
  };
}

/** The control task: groups dealt out anew to subjects, which nothing in the rows can tell. */
function shuffledCodes({ rows, codes }: ProbePlan, subjects: Int32Array, rng: Rng): Int32Array {
  const shuffled = shuffleLabels(at(subjects, rows), at(codes, rows), rng);
  const result = new Int32Array(codes.length).fill(-1);
  rows.forEach((row, index) => (result[row] = shuffled[index] ?? -1));
  return result;
}
