import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { assess } from '../../main/audits/audit.ts';
import { REPORT_FORMAT_IDS } from '../../main/audits/reportFormats.ts';
import type { AuditOptions } from '../../preload/contract/vocabulary.ts';
import { golden } from '../fairness/golden.ts';
import { goldenInput } from './goldenInput.ts';
import { made, withOptions } from './tables.ts';
import { reportInput, reportText } from './reports.ts';

const [found] = assess(goldenInput).models;

test('impact ratios equal the reference to 1e-9', () => {
  const ratios = Object.fromEntries(
    (found?.impact ?? []).map((one) => [one.group['group'], one.impactRatio]),
  );
  for (const [group, value] of Object.entries(golden.impactRatios))
    expect(Math.abs((ratios[group] ?? NaN) - value)).toBeLessThan(1e-9);
});

test('scoring rates are shares above the median of all; small groups take no part in the highest rate', () => {
  const scores = golden.score.toSorted((a, b) => a - b);
  const median = ((scores[11] ?? 0) + (scores[12] ?? 0)) / 2;
  const above = (name: string): number =>
    golden.score.filter((score, row) => golden.group[row] === name && score > median).length;
  const [a, b, c] = found?.impact ?? [];
  expect([a?.scoringRate, b?.scoringRate, c?.scoringRate]).toEqual([
    above('A') / 10,
    above('B') / 8,
    above('C') / 6,
  ]);

  const input = made({ n: 1000, seed: 5, right: [[0.9, 0.9]], redShare: 0.01 });
  const predicted = input.models[0]?.predicted.map((code, row) =>
    input.table.sensitive[0]?.codes[row] === 1 ? 1 : code,
  );
  const [blue, red] =
    assess({
      ...input,
      models: input.models.map((model) => ({
        ...model,
        predicted: predicted ?? model.predicted,
        scores: null,
      })),
    }).models[0]?.impact ?? [];
  expect(red?.share).toBeLessThan(0.02);
  expect(blue?.impactRatio).toBe(1);
  expect(red?.impactRatio).toBeGreaterThan(1.5);
});

test('the parity deviation of six ratios equals the reference to 1e-9, with the logarithm beside it', () => {
  const [deviation] = found?.parityDeviations ?? [];
  expect(deviation?.group).toEqual({ group: 'A' });
  for (const [metric, ratio] of Object.entries(golden.ratiosToA)) {
    const one = deviation?.ratios.find((row) => row.metric === metric);
    expect(Math.abs((one?.ratio ?? NaN) - ratio), metric).toBeLessThan(1e-9);
    expect(Math.abs((one?.deviation ?? NaN) - Math.abs(1 - ratio))).toBeLessThan(1e-9);
    expect(Math.abs((one?.logRatio ?? NaN) - Math.abs(Math.log(ratio)))).toBeLessThan(1e-9);
  }
  expect(Math.abs((deviation?.meanDeviation ?? NaN) - golden.meanParityDeviation)).toBeLessThan(1e-9);
});

/** Rows of which shape decides how often red is selected, and colour only through shape. */
function confounded(): ReturnType<typeof made> {
  const input = made({ n: 3000, seed: 41, right: [[0.8, 0.8]] });
  const colour = input.table.sensitive[0]?.codes ?? new Int16Array(0);
  const shape = Int16Array.from(colour, (code, row) => ((row * 7919) % 10 < (code === 1 ? 7 : 3) ? 1 : 0));
  const predicted = Int16Array.from(shape, (code, row) =>
    (row * 104729) % 100 < (code === 1 ? 70 : 30) ? 1 : 0,
  );
  return {
    ...input,
    table: {
      ...input.table,
      sensitive: input.table.sensitive.map((one) => (one.name === 'shape' ? { ...one, codes: shape } : one)),
    },
    models: input.models.map((model) => ({ ...model, predicted, scores: null })),
  };
}

test('a difference that a control feature explains is gone within its values', () => {
  const audit = assess(withOptions(confounded(), { metrics: ['selectionRate'], control: 'shape' }));
  const [model] = audit.models;
  const plain = model?.disparities.find(
    (one) => one.relativeTo === 'betweenGroups' && one.kind === 'difference',
  );
  expect(plain?.value).toBeGreaterThan(0.12);
  expect(plain?.p).toBeLessThan(0.01);
  const rows = model?.conditional ?? [];
  expect(rows.map((one) => one.stratum)).toEqual(['disc', 'square', null]);
  for (const one of rows) {
    expect(one.value).toBeLessThan(0.06);
    expect(one.p).toBeGreaterThan(0.02);
    expect(one.adjustment).toBe('benjaminiHochberg');
  }
  const [first, second, mean] = rows;
  const by = (at: number): number => (rows[at]?.value ?? 0) * (rows[at]?.n ?? 0);
  expect(mean?.value).toBeCloseTo((by(0) + by(1)) / ((first?.n ?? 0) + (second?.n ?? 0)), 12);
});

test('a chosen reference is what groups are compared with', () => {
  const audit = assess(
    withOptions(made({ n: 500, seed: 3, right: [[0.8, 0.8]] }), {
      features: ['shape'],
      references: { shape: 'star' },
    }),
  );
  const references = new Set(audit.models[0]?.disparities.map((one) => one.reference?.['shape']));
  expect([...references]).toEqual([undefined, 'star']);
  expect(() =>
    assess(withOptions(made({ n: 50, seed: 3, right: [[0.8, 0.8]] }), { references: { colour: 'green' } })),
  ).toThrow(/reference group/);
});

test('groups may have thresholds of their own', () => {
  const input = withOptions(made({ n: 400, seed: 3, right: [[0.8, 0.8]] }), {
    metrics: ['selectionRate'],
    groupThresholds: { feature: 'colour', values: { red: 0 } },
  });
  const [blue, red] = assess(input).models[0]?.groups ?? [];
  expect(red?.metrics['selectionRate']?.value).toBe(1);
  expect(blue?.metrics['selectionRate']?.value).toBeLessThan(0.7);
});

const textOf = (format: string, change: Partial<AuditOptions>): Promise<string> =>
  reportText(format, reportInput(600, [[0.9, 0.7]], change));

test.each(REPORT_FORMAT_IDS)('%s marks what was selected on audit data, and nothing else', async (format) => {
  const words = format === 'csv' ? ',threshold checkpoint\r\n' : 'selected on audit data';
  expect(await textOf(format, { chosenOn: { threshold: 'audit', checkpoint: 'audit' } })).toContain(words);
  expect(await textOf(format, { chosenOn: { threshold: 'validation' } })).not.toContain(words);
});

test.each(['html', 'pdf', 'markdown', 'csv', 'json'])(
  '%s shows impact ratios, parity deviations and conditional parity',
  async (format) => {
    const text = await textOf(format, { features: ['colour'], control: 'shape' });
    const wanted = ['html', 'pdf', 'markdown'].includes(format)
      ? ['Impact ratio', 'ln r', 'Within shape']
      : ['impact', 'parityDeviation', 'conditional'];
    for (const word of wanted) expect(text).toContain(word);
  },
);

test('the CSV report says of which stratum a conditional difference is', async () => {
  const rows = parse<Record<string, string>>(
    await textOf('csv', { features: ['colour'], control: 'shape' }),
    {
      columns: true,
    },
  );
  const strata = rows.filter((row) => row['kind'] === 'conditional' && row['metric'] === 'accuracy');
  expect(strata.map((row) => row['stratum'])).toEqual(['disc', 'square', 'star', '']);
});
