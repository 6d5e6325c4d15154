import type { ImportOptions, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import { nearest } from '../../core/nearest.ts';
import { invalidData } from '../source.ts';
import type { DataSource } from '../source.ts';
import { textOf } from '../textLines.ts';
import { ColumnSurvey } from '../columnSurvey.ts';
import { previewOf } from './fields.ts';
import { chooseColumns, guessLabel, guessSensitive, guessSubject } from './imageColumns.ts';
import type { ChosenColumns } from './imageColumns.ts';
import { imageFolder, readingOfImages } from './imageFolder.ts';
import { FOLDER, planImages } from './imagePlan.ts';
import type { ImagePlan } from './imagePlan.ts';
import type { Reader, Reading, Row } from './reader.ts';

const CAPTION = /^(caption|captions|text|description|alt)$/i;

/** Images with what is said of them: a column of the table beside them, or a text file of the same name. */
export const captions: Reader = {
  id: 'captions',
  title: 'Images with captions',
  summary:
    'A folder of images with a CSV that has a column caption, or with a .txt of the same name beside each.',
  params: imageFolder.params,
  accepts,
  preview,
  read: async (source, options) => {
    const plan = await planOf(source, options);
    return readingOf(source, plan, chosenFrom(plan, options), options);
  },
};

async function accepts(source: DataSource): Promise<number> {
  const own = await imageFolder.accepts(source);
  if (own === 0) return 0;
  const plan = await planImages(source, {}).catch(() => null);
  const captioner = plan === null ? null : await captionerOf(source, plan, {}).catch(() => null);
  return captioner === null ? 0 : own + 0.05;
}

/** As of a folder of images, but that texts beside images are no strays, and that images at the top are of one folder too. */
async function planOf(source: DataSource, options: ImportOptions): Promise<ImagePlan> {
  const plan = await planImages(source, options);
  const items = plan.items.map((item) =>
    item.fields.get(FOLDER) === ''
      ? { ...item, fields: new Map([...item.fields, [FOLDER, source.name]]) }
      : item,
  );
  return { ...plan, items, rejected: plan.rejected.filter(({ item }) => !/\.txt$/i.test(item)) };
}

function chosenFrom(plan: ImagePlan, options: ImportOptions): ChosenColumns {
  return chooseColumns(plan, { ...options, label: options.label ?? guessLabel(plan) ?? FOLDER });
}

async function readingOf(
  source: DataSource,
  plan: ImagePlan,
  columns: ChosenColumns,
  options: ImportOptions,
): Promise<Reading> {
  const captioner = await captionerOf(source, plan, options);
  const reading = await readingOfImages(source, plan, columns, options);
  return { ...reading, captions: true, rows: rowsOf(reading.rows, captioner) };
}

async function preview(source: DataSource, options: ImportOptions): Promise<SourcePreview> {
  const plan = await planOf(source, options);
  const surveys = plan.columns.map(({ name }) => new ColumnSurvey(name));
  for (const { fields } of plan.items) for (const survey of surveys) survey.add(fields.get(survey.name));
  const { label, subject } = chosenFrom(plan, { ...options, sensitive: [] });
  const wanted = { ...options, label, subject: subject ?? guessSubject(plan) ?? undefined };
  const { column } = await captionerOf(source, plan, options);
  const sensitive = options.sensitive ?? guessSensitive(plan, label);
  const reading = await readingOf(source, plan, chosenFrom(plan, { ...wanted, sensitive }), options);
  const first = await previewOf(captions.id, { surveys }, wanted, () => reading);
  return {
    ...first,
    suggestion: {
      ...first.suggestion,
      size: reading.shape[0],
      ...(column === null ? {} : { text: column }),
      ...(plan.manifest === null ? {} : { manifest: plan.manifest }),
    },
  };
}

interface Captioner {
  /** The column of the captions; null: files beside the images. */
  readonly column: string | null;
  /** @throws Error with a phrase for the import report */
  readonly captionOf: (image: string) => Promise<string>;
}

async function captionerOf(source: DataSource, plan: ImagePlan, options: ImportOptions): Promise<Captioner> {
  const names = plan.columns.map(({ name }) => name);
  const column = options.text ?? names.find((name) => CAPTION.test(name));
  if (column !== undefined) return columnCaptions(plan, names, column);
  const sizes = new Map((await source.list()).map(({ path, size }) => [path, size]));
  const beside = (image: string): string => image.replace(/\.[^./]+$/, '.txt');
  if (!plan.items.some(({ entry }) => sizes.has(beside(entry.path))))
    throw invalidData(
      `${source.location} holds no captions.`,
      'Captions are a column caption of a table, or .txt files named as the images.',
    );
  return {
    column: null,
    captionOf: async (image) => {
      const size = sizes.get(beside(image));
      if (size === undefined) throw new Error(`has no caption: ${beside(image)} does not exist`);
      return textOf(source, beside(image), size);
    },
  };
}

function columnCaptions(plan: ImagePlan, names: readonly string[], column: string): Captioner {
  if (!names.includes(column)) {
    const close = nearest(column, names);
    throw invalidData(
      `There is no column ${column} for the caption.`,
      `${close === null ? '' : `Did you mean ${close}? `}Columns: ${names.join(', ')}.`,
    );
  }
  const byImage = new Map(plan.items.map(({ entry, fields }) => [entry.path, fields.get(column) ?? '']));
  return { column, captionOf: (image) => Promise.resolve((byImage.get(image) ?? '').trim()) };
}

async function* rowsOf(rows: AsyncIterable<Row>, { captionOf }: Captioner): AsyncIterable<Row> {
  for await (const row of rows) yield row.kind === 'example' ? await withCaption(row, captionOf) : row;
}

async function withCaption(
  row: Extract<Row, { kind: 'example' }>,
  captionOf: Captioner['captionOf'],
): Promise<Row> {
  try {
    return { ...row, caption: await captionOf(row.name) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { kind: 'rejected', item: row.name, reason, subject: row.subject };
  }
}
