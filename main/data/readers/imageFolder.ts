import type { ImportOptions, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import { int } from '../../core/params.ts';
import { Rng } from '../../core/rng.ts';
import { compareValues, knownValue } from '../columns.ts';
import { inOrder } from '../inOrder.ts';
import { decodeImage, DEFAULT_LARGEST_SIDE, defaultSide, MAX_IMAGE_BYTES, measureImage } from '../pixels.ts';
import { MetadataTally } from '../privacy/metadataTally.ts';
import { readWhole } from '../source.ts';
import type { DataSource } from '../source.ts';
import { chooseColumns, guessLabel, guessPattern, guessSensitive, guessSubject } from './imageColumns.ts';
import type { ChosenColumns } from './imageColumns.ts';
import { looksLikeImage, planImages } from './imagePlan.ts';
import type { ImageItem, ImagePlan } from './imagePlan.ts';
import type { Reader, Reading, Rejection, Row } from './reader.ts';
import { THUMBNAILS, thumbnailsOf } from './thumbnails.ts';

/** Images decoded at once. */
const PARALLEL = 4;
/** Images measured to choose a size. */
const SURVEYED = 101;
const EXAMPLES = 10;
/** A column with more values than this is hardly a label. */
const MOST_CLASSES = 50;
const BYTES_TO_JUDGE_BY = 65_536;
const IMAGE_NAME = /\.(jpe?g|png|webp|gif|tiff?|avif)\b/i;
const TRAINING = /^train(ing)?$/i;
const TEST = /^test(ing)?$/i;

const PARAMS = {
  size: int(DEFAULT_LARGEST_SIDE, {
    min: 8,
    max: 512,
    unit: 'px',
    doc: 'Side to which images are brought (centre square); left out, the median of their short sides, at most 64.',
  }),
  limit: int(0, { min: 0, max: 10_000_000, doc: 'At most so many training images; 0 takes all.' }),
  seed: int(1, { min: 0, max: 2_147_483_647, doc: 'Chooses the splits, and which images a limit keeps.' }),
} as const;

/** A folder of images; labels and sensitive features from folder names, a table beside the images, or their file names. */
export const imageFolder: Reader = {
  id: 'imageFolder',
  title: 'Folder of images',
  summary:
    'JPEG, PNG, WebP, GIF, TIFF or AVIF; label by folder, by a CSV beside them, or by a filename pattern.',
  params: PARAMS,
  accepts,
  preview,
  read,
};

async function accepts(source: DataSource): Promise<number> {
  if (source.location.startsWith('builtin:')) return 0;
  if (source.entry !== null && !(await namesImages(source, source.entry))) return 0;
  return (await source.list()).some((entry) => looksLikeImage(entry.path)) ? 0.8 : 0;
}

/** Whether a file is a table of images, by what it begins with: the folder it lies in may hold anything. */
async function namesImages(source: DataSource, path: string): Promise<boolean> {
  if (!/\.(csv|tsv)$/i.test(path)) return false;
  return IMAGE_NAME.test(new TextDecoder().decode(await source.read(path, 0, BYTES_TO_JUDGE_BY)));
}

async function read(source: DataSource, options: ImportOptions): Promise<Reading> {
  const plan = await planImages(source, options);
  return readingOfImages(source, plan, chooseColumns(plan, options), options);
}

/** The examples of planned images. */
export async function readingOfImages(
  source: DataSource,
  plan: ImagePlan,
  columns: ChosenColumns,
  options: ImportOptions,
): Promise<Reading> {
  const size = options.size ?? defaultSide(await surveySides(source, plan.items));
  const items = limited(plan.items, options);
  return {
    shape: [size, size, 3],
    measured: true,
    total: items.length + plan.rejected.length + plan.unnamed.length,
    name: source.name,
    targets: [{ name: columns.label, values: null }],
    sensitive: columns.sensitive.map(({ name, source: origin }) => ({ name, source: origin, values: null })),
    knownAnswer: '',
    rows: rowsOf(source, { ...plan, items }, columns, size),
  };
}

/** Short sides of some images, evenly spread over the list. */
async function surveySides(source: DataSource, items: readonly ImageItem[]): Promise<readonly number[]> {
  const step = Math.max(1, Math.floor(items.length / SURVEYED));
  const sample = items.filter((_, i) => i % step === 0).slice(0, SURVEYED);
  const sides: number[] = [];
  for await (const side of inOrder(sample, PARALLEL, (item) => shortSide(source, item)))
    if (side !== null) sides.push(side);
  return sides;
}

async function shortSide(source: DataSource, item: ImageItem): Promise<number | null> {
  try {
    const { width, height } = await measureImage(await readWhole(source, item.entry.path, MAX_IMAGE_BYTES));
    return Math.min(width, height);
  } catch {
    // What cannot be measured is reported when it is read.
    return null;
  }
}

function limited(items: readonly ImageItem[], options: ImportOptions): readonly ImageItem[] {
  const limit = options.limit ?? 0;
  const roleOf = roles(items);
  const training = items.filter((item) => roleOf(item) === null);
  if (limit === 0 || training.length <= limit) return items;
  const order = Rng.stream(options.seed ?? PARAMS.seed.default, 'limit').permutation(training.length);
  const kept = new Set(Array.from(order.subarray(0, limit), (index) => training[index]));
  return items.filter((item) => kept.has(item) || roleOf(item) === 'audit');
}

/** Images under `test` are set aside for audits if the source has `train` and `test` folders at its top. */
function roles(items: readonly ImageItem[]): (item: ImageItem) => 'audit' | null {
  const top = (item: ImageItem): string => item.entry.path.split('/')[0] ?? '';
  const tops = new Set(items.map(top));
  const hasBoth = [...tops].some((name) => TRAINING.test(name)) && [...tops].some((name) => TEST.test(name));
  return (item) => (hasBoth && TEST.test(top(item)) ? 'audit' : null);
}

async function* rowsOf(
  source: DataSource,
  plan: ImagePlan,
  columns: ChosenColumns,
  size: number,
): AsyncIterable<Row> {
  for (const text of notesOf(plan)) yield { kind: 'note', text };
  yield* plan.rejected;
  const roleOf = roles(plan.items);
  const found = new MetadataTally();
  yield* inOrder(plan.items, PARALLEL, (item) =>
    rowOf(source, item, { columns, size, role: roleOf(item), found }),
  );
  for (const text of found.notes()) yield { kind: 'note', text };
  // Last, for a table may name a few of many images, and a report lists so many rows only.
  yield* plan.unnamed;
}

function notesOf({ unnamed, manifest }: ImagePlan): readonly string[] {
  if (unnamed.length === 0) return [];
  const images = unnamed.length === 1 ? '1 image that' : `${unnamed.length} images that`;
  return [
    `${images} ${manifest ?? 'the table'} does not name ${unnamed.length === 1 ? 'was' : 'were'} left out.`,
  ];
}

interface RowPlan {
  readonly columns: ChosenColumns;
  readonly size: number;
  readonly role: 'audit' | null;
  readonly found: MetadataTally;
}

async function rowOf(
  source: DataSource,
  item: ImageItem,
  { columns, size, role, found }: RowPlan,
): Promise<Row> {
  const { path, problem } = item.entry;
  const label = knownValue(item.fields.get(columns.label));
  const subject = columns.subject === null ? null : knownValue(item.fields.get(columns.subject));
  if (problem !== null) return rejected(path, problem, subject);
  if (label === null) return rejected(path, missingLabel(item, columns.label), subject);
  try {
    const file = await readWhole(source, path, MAX_IMAGE_BYTES);
    const { pixels, width, height } = await decodeImage(found.stripped(file), size);
    return {
      kind: 'example',
      name: path,
      bytes: pixels,
      original: [width, height],
      subject,
      targets: [label],
      sensitive: columns.sensitive.map(({ name }) => knownValue(item.fields.get(name))),
      role,
    };
  } catch (cause) {
    return rejected(path, cause instanceof Error ? cause.message : String(cause), subject);
  }
}

function missingLabel({ fields, line }: ImageItem, column: string): string {
  const text = (fields.get(column) ?? '').trim();
  const says = text === '' ? 'is empty' : `says ${JSON.stringify(text)}`;
  return `has no label: ${column} ${says}${line === null ? '' : ` (line ${line})`}`;
}

function rejected(item: string, reason: string, subject: string | null): Rejection {
  return { kind: 'rejected', item, reason, subject };
}

async function preview(source: DataSource, options: ImportOptions): Promise<SourcePreview> {
  const first = await planImages(source, options);
  const label = options.label ?? guessLabel(first);
  const pattern = options.pattern ?? (label === null ? guessPattern(first) : null);
  const asked = pattern === null ? options : { ...options, pattern };
  const plan = pattern === options.pattern ? first : await planImages(source, asked);
  const chosen = options.label ?? guessLabel(plan) ?? likelyLabel(plan);
  const sensitive = options.sensitive ?? guessSensitive(plan, chosen ?? null);
  const subject = options.subject ?? guessSubject(plan);
  const columns = chooseColumns(plan, { ...asked, label: chosen, sensitive, subject: subject ?? undefined });
  const step = Math.max(1, Math.floor(plan.items.length / THUMBNAILS));
  const spread = { ...plan, items: plan.items.filter((_, i) => i % step === 0), rejected: [], unnamed: [] };
  const problems = plan.rejected.map(({ item, reason }) => `${item} ${reason}`);
  const reading = await readingOfImages(source, spread, columns, { ...options, limit: 0 });
  const thumbnails = await thumbnailsOf(reading, (row) => {
    if (row.kind === 'rejected') problems.push(`${row.item} ${row.reason}`);
  });
  return {
    reader: imageFolder.id,
    count: plan.items.length,
    columns: plan.columns.map(({ name }) => columnOf(plan, name)),
    suggestion: {
      size: reading.shape[0],
      label: columns.label,
      sensitive,
      ...(subject === null ? {} : { subject }),
      ...(pattern === null ? {} : { pattern }),
      ...(plan.manifest === null ? {} : { manifest: plan.manifest }),
      ...(options.columns === undefined ? {} : { columns: options.columns }),
    },
    thumbnails,
    problems: [...notesOf(plan), ...problems].slice(0, 100),
  };
}

/** Where nothing is called a label: the first column with a handful of values, which a name per person or file has not. */
function likelyLabel(plan: ImagePlan): string | undefined {
  const few = plan.columns.find(({ name }) => {
    const { distinct } = columnOf(plan, name);
    return distinct >= 2 && distinct <= MOST_CLASSES;
  });
  return (few ?? plan.columns.at(-1))?.name;
}

function columnOf(plan: ImagePlan, name: string): SourcePreview['columns'][number] {
  const values = new Set<string>();
  let missing = 0;
  for (const item of plan.items) {
    const value = knownValue(item.fields.get(name));
    if (value === null) missing++;
    else values.add(value);
  }
  const examples = [...values].sort(compareValues).slice(0, EXAMPLES);
  return { name, distinct: values.size, examples, missing };
}
