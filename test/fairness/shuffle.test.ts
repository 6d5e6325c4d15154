import { expect, test } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { shuffleP } from '../../main/fairness/draws.ts';
import { groupBy } from '../../main/fairness/groups.ts';
import { metricById } from '../../main/fairness/metricCatalog.ts';
import { outcomesOf } from '../../main/fairness/outcomes.ts';
import type { Outcomes } from '../../main/fairness/outcomes.ts';
import { shuffleGroups } from '../../main/fairness/shuffle.ts';
import type { ShuffleInput } from '../../main/fairness/shuffleInput.ts';
import { spread } from '../../main/fairness/spread.ts';
import { subjectsOf } from '../../main/fairness/subjects.ts';
import { swapModels } from '../../main/fairness/swap.ts';

const GROUPS = ['a', 'b', 'c', 'd'];

interface World {
  readonly groups: Int16Array;
  readonly subjects: Int32Array;
  readonly outcomes: Outcomes;
}

/** Rows of four groups; the last group is right less often by `gap`; people vary; the base rate differs by group by `tilt`. */
function world(rng: Rng, people: number, perSubject: number, gap: number, tilt: number): World {
  const n = people * perSubject;
  const person = (row: number): number => Math.floor(row / perSubject);
  const ownGroup = Array.from({ length: people }, () => rng.below(4));
  const ownSkill = Array.from({ length: people }, () => 0.7 + 0.2 * (rng.uniform() - 0.5));
  const groups = Int16Array.from({ length: n }, (_, row) => ownGroup[person(row)] ?? 0);
  const truth = groups.map((group) => (rng.uniform() < 0.5 + tilt * (group - 1.5) ? 1 : 0));
  const predicted = truth.map((code, row) => {
    const skill = (ownSkill[person(row)] ?? 0) - (groups[row] === 3 ? gap : 0);
    return rng.uniform() < skill ? code : 1 - code;
  });
  const outcomes = outcomesOf({ classes: 2, truth, predicted, score: null, positive: 1, threshold: null });
  return { groups, subjects: Int32Array.from({ length: n }, (_, row) => person(row)), outcomes };
}

function inputOf(
  made: World,
  metric: string,
  stratification: ShuffleInput['stratification'],
  seed: number,
): ShuffleInput {
  return {
    grouping: groupBy({ name: 'g', values: GROUPS, codes: made.groups }),
    subjects: subjectsOf(made.subjects, made.groups.length),
    models: [made.outcomes],
    metrics: [metricById(metric)],
    stratification,
    draws: 99,
    seed,
  };
}

const largest = (values: readonly (number | null)[]): number =>
  spread('difference', 'betweenGroups', { groups: values, overall: null }).value ?? NaN;

/** p-value of the largest difference between groups. */
function pOf(input: ShuffleInput): number {
  const shuffled: number[] = [];
  shuffleGroups(input, (_draw, _model, values) => shuffled.push(largest(values[0] ?? [])));
  const observed = largest(observedValues(input));
  return shuffleP(shuffled.filter((value) => value >= observed - 1e-12).length, shuffled.length);
}

function observedValues(input: ShuffleInput): readonly (number | null)[] {
  const codes = input.models[0]?.codes ?? new Uint8Array(0);
  return input.grouping.groups.map((_, group) => {
    const rows = Array.from(codes).filter((_code, row) => input.grouping.of[row] === group);
    const base = input.metrics[0]?.id === 'accuracy' ? rows : rows.filter((code) => code & 2);
    const hits =
      input.metrics[0]?.id === 'accuracy' ? base.filter((code) => code & 1) : base.filter((code) => code & 4);
    return base.length === 0 ? null : hits.length / base.length;
  });
}

test.each<[string, ShuffleInput['stratification'], number, number]>([
  ['accuracy', 'all', 1, 0],
  ['accuracy', 'all', 5, 0],
  ['truePositiveRate', 'label', 1, 0.1],
  ['truePositiveRate', 'label', 5, 0.1],
])(
  'without an effect p of %s (%s, %i rows a person, base rates tilted by %f) is small no more often than it should be',
  (metric, stratification, perSubject, tilt) => {
    const rng = Rng.stream(21, `${metric}/${perSubject}`);
    const ps = Array.from({ length: 300 }, (_, set) =>
      pOf(inputOf(world(rng, 200, perSubject, 0, tilt), metric, stratification, set)),
    );
    const share = (limit: number): number => ps.filter((p) => p <= limit).length / ps.length;
    // Three standard errors of a share of 300 above what a uniform p would give.
    expect(share(0.05)).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 300));
    expect(share(0.2)).toBeLessThanOrEqual(0.2 + 3 * Math.sqrt((0.2 * 0.8) / 300));
    expect(share(0.5)).toBeLessThanOrEqual(0.5 + 3 * Math.sqrt(0.25 / 300));
  },
);

test('shuffling rows of repeated subjects as if they were people would call chance an effect', () => {
  const rng = Rng.stream(22, 'rows');
  const strong = (): World => {
    const made = world(rng, 60, 20, 0, 0);
    const codes = made.outcomes.codes.map((code, row) => (Math.floor(row / 20) % 2 === 0 ? code | 1 : code));
    return { ...made, outcomes: { ...made.outcomes, codes } };
  };
  const small = { people: 0, rows: 0 };
  for (let set = 0; set < 100; set++) {
    const input = inputOf(strong(), 'accuracy', 'all', set);
    if (pOf(input) <= 0.05) small.people++;
    if (pOf({ ...input, subjects: subjectsOf(null, input.grouping.of.length) }) <= 0.05) small.rows++;
  }
  expect(small.people).toBeLessThanOrEqual(12);
  expect(small.rows).toBeGreaterThan(30);
});

test('an effect is found', () => {
  const rng = Rng.stream(23, 'power');
  const ps = Array.from({ length: 50 }, (_, set) =>
    pOf(inputOf(world(rng, 400, 1, 0.25, 0), 'accuracy', 'all', set)),
  );
  expect(ps.filter((p) => p <= 0.05).length).toBeGreaterThan(40);
});

test('a shuffle keeps the sizes of the groups within each label', () => {
  const made = world(Rng.stream(24, 'sizes'), 300, 1, 0, 0.15);
  const prevalence = metricById('prevalence');
  const input = { ...inputOf(made, 'accuracy', 'label', 1), metrics: [prevalence] };
  const observed = input.grouping.groups.map((_, group) => {
    const rows = Array.from(made.outcomes.codes).filter((_code, row) => made.groups[row] === group);
    return rows.filter((code) => code & 2).length / rows.length;
  });
  shuffleGroups(input, (_draw, _model, values) => expect(values[0]).toEqual(observed));
});

test('swapping two equal models changes nothing; swapping keeps the sum of both', () => {
  const rng = Rng.stream(25, 'swap');
  const made = world(rng, 200, 2, 0.2, 0);
  const other = world(rng, 200, 2, 0, 0);
  const accuracy = metricById('accuracy');
  if (accuracy.kind !== 'count') throw new Error('accuracy is a count metric');
  const input = {
    grouping: groupBy({ name: 'g', values: GROUPS, codes: made.groups }),
    subjects: subjectsOf(made.subjects, made.groups.length),
    metrics: [accuracy],
    draws: 20,
    seed: 1,
  };
  swapModels({ ...input, models: [made.outcomes, made.outcomes] }, (_draw, [a, b]) => expect(a).toEqual(b));
  const sums = new Set<string>();
  const firsts = new Set<number>();
  swapModels({ ...input, models: [made.outcomes, other.outcomes] }, (_draw, [a, b]) => {
    sums.add(((a[0]?.[0] ?? 0) + (b[0]?.[0] ?? 0)).toFixed(12));
    firsts.add(a[0]?.[0] ?? 0);
  });
  expect(sums.size).toBe(1);
  expect(firsts.size).toBeGreaterThan(5);
});

test('drawing the table of classes and groups has the distribution of shuffling rows', () => {
  const made = world(Rng.stream(26, 'classes'), 3000, 1, 0.1, 0.1);
  const scores = Float64Array.from(made.outcomes.codes, (code) => (code & 4 ? 0.9 : 0.1));
  for (const [metric, stratification] of [
    ['accuracy', 'all'],
    ['truePositiveRate', 'label'],
  ] as const) {
    const counted = {
      ...inputOf(made, metric, stratification, 1),
      subjects: subjectsOf(null, 3000),
      draws: 1500,
    };
    // A metric of scores needs the rows themselves; the first metric is the same.
    const byRows = {
      ...counted,
      models: [{ ...made.outcomes, score: scores }],
      metrics: [...counted.metrics, metricById('brier')],
    };
    const [a, b] = [counted, byRows].map((input) => {
      const values: number[] = [];
      shuffleGroups(input, (_draw, _model, found) => values.push(largest(found[0] ?? [])));
      return values.sort((x, y) => x - y);
    });
    expect(a).not.toEqual(b);
    for (const place of [150, 750, 1350])
      expect((a?.[place] ?? NaN) / (b?.[place] ?? NaN)).toBeCloseTo(1, 0.8);
  }
});

test('swapping counted rows has the distribution of swapping subjects of one row', () => {
  const made = world(Rng.stream(27, 'swap'), 1000, 1, 0.2, 0);
  const other = world(Rng.stream(28, 'swap'), 1000, 1, 0, 0);
  const accuracy = metricById('accuracy');
  if (accuracy.kind !== 'count') throw new Error('accuracy is a count metric');
  const single = subjectsOf(null, 1000);
  const spreadOf = (repeated: boolean): { mean: number; deviation: number } => {
    const values: number[] = [];
    swapModels(
      {
        grouping: groupBy({ name: 'g', values: GROUPS, codes: made.groups }),
        // The same subjects, only said to repeat: every one of them is swapped by itself.
        subjects: { ...single, repeated },
        models: [made.outcomes, other.outcomes],
        metrics: [accuracy],
        draws: 2000,
        seed: 1,
      },
      (_draw, [a, b]) => values.push((a[0]?.[3] ?? 0) - (b[0]?.[3] ?? 0)),
    );
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      mean,
      deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length),
    };
  };
  const [counted, swapped] = [spreadOf(false), spreadOf(true)];
  expect(Math.abs(counted.mean)).toBeLessThan((4 * counted.deviation) / Math.sqrt(2000));
  expect(counted.deviation / swapped.deviation).toBeGreaterThan(0.92);
  expect(counted.deviation / swapped.deviation).toBeLessThan(1.08);
});
