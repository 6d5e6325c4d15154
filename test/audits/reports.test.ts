import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvText } from '../../main/audits/formats/csvText.ts';
import type { ReportInput } from '../../main/audits/formats/format.ts';
import { fileStem, REPORT_FORMAT_IDS, reportFormat } from '../../main/audits/reportFormats.ts';
import { axisOf } from '../../main/audits/report/intervalMark.ts';
import { escapeHtml } from '../../main/audits/report/markup.ts';
import { decimal, interval, pValue, si, signed } from '../../main/audits/report/numbers.ts';
import { reportInput, reportText, run, SIX } from './reports.ts';

const input = reportInput();
const textOf = (format: string, given: ReportInput = input): Promise<string> => reportText(format, given);
const page = await textOf('html');

test.each(REPORT_FORMAT_IDS)('%s is the same bytes every time', async (id) => {
  expect(await textOf(id, reportInput())).toEqual(await textOf(id));
});

test('the page needs nothing from outside and runs nothing', () => {
  expect(page).not.toMatch(/<script|<link|<img|<iframe|<object|@import|url\(|javascript:|\son\w+=/i);
  expect(page).not.toMatch(/(src|href|action)\s*=\s*"(?!#)/i);
  expect(page.match(/https?:\/\//g) ?? []).toEqual([]);
  expect(page.includes("default-src 'none'")).toBe(true);
});

test('the page names the primary metric, when it was declared, and the looks at the split', () => {
  expect(page).toContain('<strong>Accuracy, red minus blue (colour)</strong>');
  expect(page).toContain('Declared 2026-11-22T09:00:00.000Z, before the first look.');
  expect(page).toContain('had been looked at 2 times');
});

test('the page answers the declared question in words, for one run, two and six', async () => {
  const answerOf = async (given: ReportInput): Promise<string> =>
    /<p class="answer">([^<]*)<\/p>/.exec(await textOf('html', given))?.[1] ?? '';
  const numbers = (one: { value: number | null; low: number | null; high: number | null }): string =>
    [signed(one.value), signed(one.low), signed(one.high)].join(' ');
  const found = (text: string): string => (text.match(/[+−]\d\.\d{3}/g) ?? []).join(' ');

  const one = reportInput(1500, [[0.9, 0.6]]);
  const only = one.audit.models[0]?.primary ?? { value: null, low: null, high: null };
  const expected = `run 1: accuracy is ${decimal(Math.abs(only.value ?? 0))} lower for red than for blue (95% interval ${interval(only, signed)}, which excludes 0).`;
  expect(await answerOf(one)).toBe(expected);

  const [first, second] = input.audit.models.map((model) => model.primary?.value ?? null);
  const pair = input.audit.differences[0] ?? { value: null, low: null, high: null };
  expect(await answerOf(input)).toContain('which excludes 0');
  expect(found(await answerOf(input))).toBe(
    `${signed(second ?? null)} ${signed(first ?? null)} ${numbers(pair)}`,
  );

  const six = await answerOf(reportInput(1500, SIX));
  expect(six).toMatch(/^Over the runs it lies between −\d\.\d{3} \(run 5\) and /);
  expect(six).toMatch(/excludes 0 in [1-5] of 6 runs\. The paired interval excludes 0 in \d+ of 15 pairs/);
});

test('a primary metric over all groups is answered with the share of shuffles, for it has no interval', async () => {
  const primary = { metric: 'auroc', feature: 'shape', group: null, reference: null };
  const { audit } = reportInput(1500, [[0.9, 0.6]], { metrics: ['auroc'], primary });
  const text = await textOf('html', { ...input, audit });
  expect(text).toContain('<strong>AUROC, largest difference between groups of shape</strong>');
  expect(text).toMatch(
    /run 1: the groups of shape lie up to 0\.\d{3} apart in AUROC \(shuffled groups reach that with p /,
  );
});

test('an audit without a primary metric says that everything is exploratory', async () => {
  const audit = {
    ...input.audit,
    primary: null,
    models: input.audit.models.map((model) => ({ ...model, primary: null })),
  };
  expect(await textOf('html', { ...input, audit })).toContain('every number below is exploratory');
});

test('the page has all twenty sections, and says of eight that they were not assessed', () => {
  const headings = [...page.matchAll(/<h2[^>]*>([^<]*)<\/h2>/g)].map((match) => match[1]);
  expect(headings).toHaveLength(21);
  expect(headings.slice(0, 3)).toEqual(['In short', '1 Identity', '2 Intended use']);
  expect(page.match(/Not assessed: /g)).toHaveLength(8);
});

test.each(['html', 'markdown'])('%s gives no verdict', async (id) => {
  expect(await textOf(id)).not.toMatch(/\b(fair|unfair|unbiased|debiased|compliant)\b/i);
});

test('every number of a group stands in its table', () => {
  for (const model of input.audit.models) {
    for (const group of model.groups) {
      const estimate = group.metrics['accuracy'];
      expect(page).toContain(`${decimal(estimate?.value ?? null)} <span`);
      expect(page).toContain(interval(estimate ?? { low: null, high: null }));
    }
  }
});

test('compute cost, lineage, config, hashes and packages are stated', () => {
  for (const fact of [
    '12.0 T',
    '0.500',
    'not read',
    'not recorded',
    'simclr (temperature 0.5)',
    'batchSize: 128',
    'c'.repeat(64),
    'onnxruntime-node 1.30.0',
    'batch statistics in training',
  ])
    expect(page).toContain(fact);
});

test('a learning curve has its table', () => {
  expect(page).toContain('knn/accuracy by epoch; the values are in the table that follows');
  expect(page).toContain('knn/accuracy: values of the chart');
});

test('predictions made elsewhere make a report too', async () => {
  const audit = { ...input.audit, dataset: null, costs: [] };
  const bare = { ...input, runs: [], dataset: null, series: [], audit };
  expect(await textOf('html', bare)).toContain('the predictions were made elsewhere');
  for (const id of ['html', 'markdown']) expect(await textOf(id, bare)).not.toMatch(/looked at|audit split/);
});

const EVIL = '<img src=x onerror="alert(1)">\'"&</style><script>alert(2)</script>';

/** Every string of a value replaced by one that breaks out of careless HTML; keys of records too. */
function poisoned<T>(value: T): T {
  if (typeof value === 'string') return `${value}${EVIL}` as T;
  if (ArrayBuffer.isView(value) || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(poisoned) as T;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poisoned(one)])) as T;
}

test('no name can break out of the page', async () => {
  const audit = poisoned(input.audit);
  const groups = audit.models.map((model) => ({
    ...model,
    groups: model.groups.map((group) => ({ ...group, group: { [EVIL]: EVIL } })),
  }));
  const evil = await textOf('html', {
    ...input,
    audit: { ...audit, models: groups, hashes: { [EVIL]: EVIL } },
    runs: [
      {
        ...run,
        name: EVIL,
        method: EVIL,
        config: { ...run.config, method: { id: EVIL, params: { [EVIL]: EVIL } } },
      },
    ],
    dataset: input.dataset === null ? null : { ...input.dataset, card: poisoned(input.dataset.card) },
    series: input.series.map((one) => ({ ...one, metric: EVIL })),
  });
  expect(/<img|<script/i.exec(evil)).toBeNull();
  expect(evil.match(/<\/style>/g)).toHaveLength(1);
  expect(/="[^"]*[<>][^"]*"/.exec(evil)).toBeNull();
  expect(evil.includes('&lt;script&gt;')).toBe(true);
  const marked = await textOf('markdown', { ...input, audit: poisoned(input.audit) });
  expect(/<img|<script/i.exec(marked)).toBeNull();
});

test('escaping covers quotes and control characters', () => {
  expect(escapeHtml(`a<b>&"'\u0000\u001b\n`)).toBe('a&lt;b&gt;&amp;&quot;&#39;\ufffd\ufffd\n');
});

test('JSON holds one model at the top, several under runs with their differences', async () => {
  const many = JSON.parse(await textOf('json')) as Record<string, unknown>;
  expect(Object.keys(many).slice(0, 4)).toEqual(['audit', 'features', 'runs', 'differences']);
  expect((many['runs'] as { overall: unknown }[])[1]?.overall).toEqual(input.audit.models[1]?.overall);
  const [model] = input.audit.models;
  const one = JSON.parse(
    await textOf('json', {
      ...input,
      audit: { ...input.audit, models: model ? [model] : [], differences: [] },
    }),
  ) as Record<string, unknown>;
  expect(one).toMatchObject({
    audit: 'audit-1',
    name: 'run 1',
    title: 'A test',
    primary: { value: model?.primary?.value },
  });
  expect(one['groups']).toEqual(model?.groups);
});

test('CSV holds every number unrounded', async () => {
  const rows: Record<string, string>[] = parse(await textOf('csv'), { columns: true });
  const { models, differences } = input.audit;
  const numbers = models.reduce(
    (sum, model) => sum + (model.groups.length + 1) * 5 + model.disparities.length,
    0,
  );
  // Four rates and ratios of each group; three numbers of each of six ratios and two means of each grouping.
  const others = models.reduce(
    (sum, { impact = [], parityDeviations = [] }) => sum + impact.length * 4 + parityDeviations.length * 20,
    0,
  );
  expect(rows).toHaveLength(numbers + others + differences.length);
  const red = rows.find(
    (row) =>
      row['run'] === 'run-2' &&
      row['group'] === 'colour=red' &&
      row['metric'] === 'accuracy' &&
      row['kind'] === 'group',
  );
  expect(Number(red?.['value'])).toBe(
    models[1]?.groups.find((group) => group.group['colour'] === 'red')?.metrics['accuracy']?.value,
  );
});

test.each([
  ['=1+1', "'=1+1"],
  ['+A1', "'+A1"],
  ['-A1', "'-A1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['-1.5e3', '-1.5e3'],
  ['+.5', '+.5'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['=a,"b"', '"\'=a,""b"""'],
])('a spreadsheet does not run %j', (given, written) => {
  expect(csvText([[given]])).toBe(`${written}\r\n`);
});

test('numbers: true minus, plus for differences, SI letters, small p', () => {
  expect([decimal(-0.5), decimal(-0.0001), decimal(null), signed(0.25), signed(0)]).toEqual([
    '−0.500',
    '0.000',
    '—',
    '+0.250',
    '0.000',
  ]);
  expect([si(0), si(999), si(1.2e13), si(2.5e21)]).toEqual(['0', '999', '12.0 T', '2.50e+3 E']);
  expect([pValue(0.0004), pValue(0.04), pValue(null)]).toEqual(['< 0.001', '0.040', '—']);
});

test('an axis holds all values and has round ends', () => {
  const of = (low: number, high: number): { value: number; low: number; high: number } => ({
    value: low,
    low,
    high,
  });
  expect(axisOf([of(0.61, 0.93)], false)).toEqual({ low: 0.6000000000000001, high: 1 });
  expect(axisOf([of(-0.05, 0.12)], true).high).toBeCloseTo(0.2, 12);
  expect(axisOf([], true)).toEqual({ low: -1, high: 1 });
});

test('a format is found by id or extension; an unknown one is refused', () => {
  expect(reportFormat('md').id).toBe('markdown');
  expect(() => reportFormat('htm1')).toThrow('There is no report format "htm1".');
});

test('file names cannot leave their folder', () => {
  expect(fileStem('../../etc/passwd')).toBe('etc-passwd');
  expect(fileStem('SimCLR against twin, größer')).toBe('SimCLR-against-twin-größer');
  expect(fileStem('///')).toBe('audit');
});
