import { z } from 'zod';

const text = z.string();
const number = z.number().nullable();
const group = z.record(text, text).describe('Value of each feature.');
const range = z.tuple([z.number(), z.number()]).nullable();

const estimated = {
  value: number.describe('Null where undefined; `reason` says why.'),
  low: number.describe('Lower end of the 95% interval.'),
  high: number.describe('Upper end of the 95% interval.'),
  reason: text.optional(),
  bca: range.optional().describe('95% BCa interval beside a percentile one.'),
  detectable: number
    .optional()
    .describe('Smallest true difference that data like these show in 4 of 5 samples.'),
};
const estimate = z.looseObject(estimated);

const tested = {
  p: number,
  pAdjusted: number.optional(),
  adjustment: z.enum(['holm', 'benjaminiHochberg']).optional(),
};

const measured = z.looseObject({
  n: z.int().min(0).describe('Rows, each counted once.'),
  subjects: z.int().min(0),
  metrics: z.record(text, estimate),
});

const disparity = z.looseObject({
  ...estimated,
  ...tested,
  id: text,
  kind: z.enum(['difference', 'ratio']),
  metric: text,
  features: z.array(text),
  relativeTo: z.enum(['betweenGroups', 'overall', 'reference']),
  group: group.optional(),
  reference: group.optional(),
  max: group.nullable(),
  min: group.nullable(),
  simultaneous: range.optional().describe('95% interval that holds together with those of all other groups.'),
  nullRange: range.optional().describe('95% range of the value when groups are shuffled.'),
});

const model = {
  run: text.nullable(),
  name: text,
  method: text,
  seed: z.int().nullable(),
  primary: estimate.nullable(),
  overall: measured,
  groups: z.array(measured.extend({ group })),
  disparities: z.array(disparity),
};

const difference = z.looseObject({
  ...estimated,
  ...tested,
  run: text,
  baseline: text,
  metric: text.nullable(),
  disparity: text.nullable(),
  features: z.array(text),
  group: group.nullable(),
  gap: z
    .looseObject({
      best: z.number(),
      worst: z.number(),
      baselineBest: z.number(),
      baselineWorst: z.number(),
      narrowedWithoutWorst: z.boolean(),
    })
    .nullable()
    .optional(),
});

const facts = {
  audit: text,
  title: text,
  features: z.array(text).min(1),
  declaredPrimary: z
    .looseObject({ metric: text, feature: text, group: text.nullable(), reference: text.nullable() })
    .nullable(),
  primaryDeclared: text
    .nullable()
    .describe('When the primary metric was declared, ISO 8601; null: not before the first look.'),
  runIds: z.array(text),
  created: text,
  options: z.looseObject({ split: text, draws: z.int(), seed: z.int(), threshold: z.number() }),
  target: text,
  classes: z.array(text),
  selectedOnAuditData: z.array(z.enum(['threshold', 'checkpoint'])).optional(),
  rules: z.array(text),
  notes: z.array(text),
  looks: z.int().min(0),
  hashes: z
    .record(text, text.regex(/^[0-9a-f]{64}$/))
    .describe('SHA-256 of data, config, checkpoint, predictions and code.'),
};

/** The JSON report: one model at the top level, or several under `runs` with their `differences`. */
export const reportSchema = z
  .union([
    z.looseObject({ ...facts, ...model }),
    z.looseObject({
      ...facts,
      runs: z.array(z.looseObject(model)).min(2),
      differences: z.array(difference),
    }),
  ])
  .describe('An audit as Pretext writes it as JSON. Evidence, not a verdict. More members may be added.');

/** Where the published schema is named. */
export const SCHEMA_ID = 'urn:pretext:audit-report:1';

/** The same as JSON Schema 2020-12: what `resources/schemas/audit-report.schema.json` holds. */
export function reportJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema);
  return { $schema, $id: SCHEMA_ID, title: 'Pretext audit report', ...schema };
}
