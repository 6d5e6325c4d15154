import { ColumnSurvey } from '../columnSurvey.ts';
import { knownValue } from '../columns.ts';
import type { DataSource } from '../source.ts';
import { chooseFields, previewOf } from './fields.ts';
import type { ChosenFields, FieldColumns } from './fields.ts';
import type { Reader, Reading, Row } from './reader.ts';
import { planTexts } from './textPlan.ts';
import type { TextItem, TextPlan } from './textPlan.ts';

const ENCODER = new TextEncoder();
/** A preview looks no further. */
const PREVIEW_ITEMS = 10_000;

/** Texts: files, lines of files, or a column of a table. */
export const texts: Reader = {
  id: 'texts',
  title: 'Texts',
  summary: 'A folder of text files, one text per line, or a column of CSV or JSON Lines; labels by folder, file or column.',
  params: {},
  alone: true,
  accepts: async (source) => (await planTexts(source, {}).catch(() => null))?.confidence ?? 0,
  preview: async (source, options) => {
    const plan = await planTexts(source, options);
    return previewOf(texts.id, await surveyOf(plan, PREVIEW_ITEMS), options, (chosen) => readingOf(source, plan, chosen));
  },
  read: async (source, options) => {
    const plan = await planTexts(source, options);
    return readingOf(source, plan, chooseFields(await surveyOf(plan, Infinity), options));
  },
}; // prettier-ignore

async function surveyOf(plan: TextPlan, most: number): Promise<FieldColumns> {
  const surveys = new Map(plan.columns.map((name) => [name, new ColumnSurvey(name)]));
  let items = 0;
  for await (const item of plan.items()) {
    if (items++ >= most) break;
    if (item.fields === null) continue;
    for (const [name, survey] of surveys) survey.add(item.fields.get(name));
  }
  return { surveys: [...surveys.values()] };
}

function readingOf(source: DataSource, plan: TextPlan, chosen: ChosenFields<FieldColumns>): Reading {
  return {
    format: { kind: 'text' },
    shape: [1, 1, 1],
    total: null,
    name: source.name,
    targets: [{ name: chosen.label, values: null }],
    sensitive: chosen.sensitive.map((name) => ({ name, source: 'unknown', values: null })),
    knownAnswer: '',
    rows: rowsOf(plan, chosen),
  };
}

async function* rowsOf(plan: TextPlan, chosen: ChosenFields<FieldColumns>): AsyncIterable<Row> {
  for await (const item of plan.items()) yield rowOf(item, chosen);
}

function rowOf({ name, text, fields, reason }: TextItem, chosen: ChosenFields<FieldColumns>): Row {
  if (text === null || fields === null) return { kind: 'rejected', item: name, reason };
  const label = knownValue(fields.get(chosen.label));
  const subject = chosen.subject === null ? null : knownValue(fields.get(chosen.subject));
  if (label === null)
    return { kind: 'rejected', item: name, reason: `has no label: ${chosen.label} is missing`, subject };
  return {
    kind: 'example',
    name,
    bytes: ENCODER.encode(text),
    subject,
    targets: [label],
    sensitive: chosen.sensitive.map((feature) => knownValue(fields.get(feature))),
    role: null,
  };
}
