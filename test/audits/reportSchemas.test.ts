import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { reportJsonSchema, reportSchema } from '../../main/audits/formats/reportSchema.ts';
import type { ReportInput } from '../../main/audits/formats/format.ts';
import { reportInput, reportText, SIX } from './reports.ts';

const ROOT = join(import.meta.dirname, '../..');
const one = reportInput(300, [[0.9, 0.7]], { chosenOn: { threshold: 'audit' }, groupThresholds: { feature: 'colour', values: { red: 0.4 } } }); // prettier-ignore
const elsewhere = {
  ...one,
  runs: [],
  dataset: null,
  series: [],
  audit: { ...one.audit, dataset: null, costs: [] },
};
const REPORTS: readonly (readonly [string, ReportInput])[] = [
  ['one model', { ...one, notes: { stakeholders: 'People who apply.', mitigations: 'None tried.' } }],
  ['predictions made elsewhere', elsewhere],
  ['six models', reportInput(300, SIX)],
];
const parsed = async (format: string, input: ReportInput): Promise<Record<string, unknown>> =>
  JSON.parse(await reportText(format, input)) as Record<string, unknown>;

describe('the JSON report', () => {
  const published: unknown = JSON.parse(
    readFileSync(join(ROOT, 'resources/schemas/audit-report.schema.json'), 'utf8'),
  );

  test('has a published schema, which is the one that the code states', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
  });

  const validate = new Ajv2020({ strict: false }).compile(published as object);

  test.each(REPORTS)('of %s fits it', async (_name, input) => {
    const report = await parsed('json', input);
    expect(validate(report), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(reportSchema.safeParse(report).success).toBe(true);
  });

  test('that lacks a number, or has one where there is a word, does not', async () => {
    const report = await parsed('json', one);
    expect(validate({ ...report, looks: 'twice' })).toBe(false);
    expect(validate({ ...report, overall: { n: 1 } })).toBe(false);
    expect(validate({ ...report, hashes: { data: 'short' } })).toBe(false);
  });
});

describe('the CycloneDX report', () => {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')), 'res/schema'); // prettier-ignore
  const schema = (name: string): object =>
    JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82'])
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema('bom-1.6'));

  test.each(REPORTS)('of %s validates against the published schema of version 1.6', async (_name, input) => {
    const bom = await parsed('cyclonedx', input);
    expect(validate(bom), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
  });

  test('assesses every group against the reference, with its interval, and gives no verdict', async () => {
    const bom = await parsed('cyclonedx', one);
    const [, model] = bom['components'] as readonly { modelCard: { considerations: { fairnessAssessments: readonly Record<string, string>[] } } }[]; // prettier-ignore
    const assessments = model?.modelCard.considerations.fairnessAssessments ?? [];
    const red = assessments.find((found) => found['groupAtRisk'] === 'colour red');
    expect(red?.['harms']).toMatch(
      /Accuracy parity \(Accuracy\) against colour blue: −0\.\d{3} \(95% interval /,
    );
    expect(red?.['mitigationStrategy']).toBe('thresholds by group of colour: red 0.4');
    expect(JSON.stringify(bom)).not.toMatch(/\b(fair|unfair|unbiased|debiased|compliant)\b/i);
    expect(JSON.stringify(bom)).toContain('The threshold was selected on audit data');
  });

  test('a wrong word does not validate', async () => {
    const bom = await parsed('cyclonedx', one);
    expect(validate({ ...bom, specVersion: 1.6 })).toBe(false);
    expect(validate({ ...bom, components: [{ type: 'model', name: 'x' }] })).toBe(false);
  });
});

test.each(REPORTS)(
  'the Model Card Toolkit report of %s has its members, and numbers as numbers',
  async (_name, input) => {
    const card = await parsed('model-card', input);
    // The members that version 0.0.2 of its schema allows at the top.
    expect(Object.keys(card)).toEqual(['schema_version', 'model_details', 'model_parameters', 'quantitative_analysis', 'considerations']); // prettier-ignore
    const { performance_metrics: metrics } = card['quantitative_analysis'] as { performance_metrics: readonly Record<string, unknown>[] }; // prettier-ignore
    const overall = input.audit.models[0]?.overall.metrics['accuracy'];
    expect(metrics[0]).toEqual({
      type: 'accuracy',
      value: overall?.value,
      slice: `${input.audit.models[0]?.name}: all`,
      confidence_interval: { lower_bound: overall?.low, upper_bound: overall?.high },
    });
    expect(metrics.every((metric) => typeof metric['value'] === 'number')).toBe(true);
  },
);

test.each(['html', 'markdown', 'json', 'cyclonedx', 'model-card'])(
  '%s holds hashes and the declared metric with its time',
  async (format) => {
    const text = await reportText(format, one);
    expect(text).toContain('d'.repeat(64));
    expect(text).toContain('2026-11-22T09:00:00.000Z');
  },
);
