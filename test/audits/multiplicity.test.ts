import { expect, test } from 'vitest';
import { assess } from '../../main/audits/audit.ts';
import { REPORT_FORMAT_IDS } from '../../main/audits/reportFormats.ts';
import { benjaminiHochberg, holm } from '../../main/fairness/multiplicity.ts';
import type { Audit, Disparity } from '../../preload/contract/vocabulary.ts';
import { made, withOptions } from './tables.ts';
import { reportInput, reportText } from './reports.ts';

const primary = { metric: 'accuracy', feature: 'colour', group: 'red', reference: 'blue' };
const input = withOptions(
  made({
    n: 1500,
    seed: 31,
    right: [
      [0.8, 0.75],
      [0.8, 0.7],
    ],
  }),
  { features: ['colour', 'shape'], primary, draws: 300 },
);
const audit = assess(input);
const tests = (given: Audit): readonly (Disparity | Audit['differences'][number])[] => [
  ...given.models.flatMap((model) => model.disparities),
  ...given.differences,
];

test('the declared question of every run and between runs is adjusted by Holm, all else by Benjamini-Hochberg', () => {
  const declared = tests(audit).filter((one) => one.adjustment === 'holm');
  expect(declared.map((one) => [one.metric, one.group])).toEqual([
    ['accuracy', { colour: 'red' }],
    ['accuracy', { colour: 'red' }],
    ['accuracy', { colour: 'red' }],
  ]);
  expect(declared.map((one) => one.pAdjusted)).toEqual(holm(declared.map((one) => one.p)));
  const others = tests(audit).filter((one) => one.adjustment === 'benjaminiHochberg');
  expect(declared.length + others.length).toBe(tests(audit).length);
  expect(others.map((one) => one.pAdjusted)).toEqual(benjaminiHochberg(others.map((one) => one.p)));
  const [first] = audit.models;
  const row = first?.disparities.find((one) => one.adjustment === 'holm');
  expect(first?.primary).toMatchObject({ p: row?.p, pAdjusted: row?.pAdjusted, adjustment: 'holm' });
});

test('without named groups the largest difference is the declared test; without a declaration there is none', () => {
  const open = assess(withOptions(input, { primary: { ...primary, group: null, reference: null } }));
  const declared = tests(open).filter((one) => one.adjustment === 'holm');
  expect(declared.map((one) => ('relativeTo' in one ? one.relativeTo : one.disparity))).toEqual([
    'betweenGroups',
    'betweenGroups',
    'accuracyParity',
  ]);
  const none = assess(withOptions(input, { primary: null }));
  expect(tests(none).every((one) => one.adjustment === 'benjaminiHochberg')).toBe(true);
});

test('simultaneous intervals hold the single ones, and stand beside every supported difference from the reference', () => {
  const contrasts = audit.models.flatMap((model) =>
    model.disparities.filter((one) => one.relativeTo === 'reference' && one.kind === 'difference'),
  );
  const shapes = contrasts.filter((one) => one.features.length === 2 && one.low !== null);
  expect(shapes.length).toBeGreaterThan(10);
  for (const one of shapes) {
    const [low, high] = one.simultaneous ?? [NaN, NaN];
    expect(high - low).toBeGreaterThan((one.high ?? NaN) - (one.low ?? NaN));
  }
  expect(contrasts.filter((one) => one.low === null && one.simultaneous != null)).toEqual([]);
});

test('the detectable difference stands beside what is not told from 0 or lacks support, and nowhere else', () => {
  for (const one of tests(audit)) {
    if (one.value === null || ('kind' in one && one.kind === 'ratio')) continue;
    const isNull = one.low === null ? (one.p ?? 1) > 0.05 : one.low <= 0 && (one.high ?? 0) >= 0;
    expect(one.detectable !== undefined, JSON.stringify(one)).toBe(isNull);
    if (isNull) expect(one.detectable).toBeGreaterThan(0);
  }
  const small = assess(made({ n: 40, seed: 2, right: [[0.8, 0.8]] }));
  const groups = small.models[0]?.groups ?? [];
  const lacking = groups
    .flatMap((group) => Object.values(group.metrics))
    .filter((one) => one.reason?.startsWith('insufficient'));
  expect(lacking.length).toBeGreaterThan(5);
  for (const one of lacking) expect(one.detectable).toBeGreaterThan(0.1);
});

test('BCa intervals stand beside percentile ones and not beside Wilson’s', () => {
  const overall = audit.models[0]?.overall.metrics ?? {};
  expect(Object.values(overall).every((one) => one.bca === undefined)).toBe(true);
  const contrast = audit.models[0]?.primary;
  expect(contrast?.bca?.[0]).toBeCloseTo(contrast?.low ?? NaN, 2);
  const clustered = assess(made({ n: 1500, seed: 3, right: [[0.8, 0.8]], perSubject: 5 }));
  const rate = clustered.models[0]?.overall.metrics['accuracy'];
  expect(rate?.bca?.[1]).toBeCloseTo(rate?.high ?? NaN, 2);
});

const report = reportInput();
const textOf = (format: string, change: (given: Audit) => Audit): Promise<string> =>
  reportText(format, { ...report, audit: change(report.audit) });

test.each(['html', 'pdf', 'markdown', 'csv'])(
  '%s shows adjusted p-values, simultaneous and BCa intervals, and detectable differences',
  async (format) => {
    const text = await textOf(format, (given) => given);
    for (const word of ['Holm', 'Simultaneous', 'BCa', 'detectable'])
      expect(text.toLowerCase()).toContain(word.toLowerCase());
  },
);

test.each(REPORT_FORMAT_IDS)('%s reads audits that an older version stored', async (format) => {
  const old = (given: Audit): Audit =>
    JSON.parse(
      JSON.stringify(given, (key, value: unknown) =>
        ['bca', 'detectable', 'simultaneous', 'pAdjusted', 'adjustment'].includes(key) ? undefined : value,
      ),
    ) as Audit;
  expect(await textOf(format, old)).not.toMatch(/[>|,(] ?undefined|NaN/);
});
