import type { ImportOptions, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import { ByteReader } from '../byteReader.ts';
import { fileNameOf, invalidData, readWhole } from '../source.ts';
import type { DataSource } from '../source.ts';
import type { Reader, Reading, Row } from './reader.ts';
import { thumbnailsOf } from './thumbnails.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXELS = 3 * PLANE;
/** Bytes before the pixels: CIFAR-10 has one label, CIFAR-100 a coarse and a fine one. */
const LABELS = { 1: ['label'], 2: ['fine', 'coarse'] } as const;
const NAMES = { label: 'batches.meta.txt', fine: 'fine_label_names.txt', coarse: 'coarse_label_names.txt' } as const; // prettier-ignore
const TEST = /test/i;
const MAX_NAMES_BYTES = 65_536;

/** CIFAR-10 and CIFAR-100, binary version (Krizhevsky 2009): one or two labels, then 32 x 32 pixels plane by plane. */
export const cifar: Reader = {
  id: 'cifar',
  title: 'CIFAR binary',
  summary: 'The binary version of CIFAR-10 or CIFAR-100; files named test become the audit split.',
  params: {},
  accepts,
  preview,
  read,
};

interface Part {
  readonly path: string;
  readonly count: number;
  readonly role: 'audit' | null;
}

interface Plan {
  readonly parts: readonly Part[];
  /** Labels before the pixels. */
  readonly labels: 1 | 2;
}

async function accepts(source: DataSource): Promise<number> {
  const files = await binaryFiles(source);
  return files.length > 0 && files.every(({ size }) => labelsBefore(size) !== null) ? 0.9 : 0;
}

async function binaryFiles(source: DataSource): Promise<readonly { readonly path: string; readonly size: number }[]> {
  if (source.location.startsWith('builtin:') || (source.entry !== null && !/\.bin$/i.test(source.entry))) return [];
  const entries = source.entry === null ? await source.list() : [await source.stat(source.entry)];
  return entries.filter((entry) => entry !== null && entry.problem === null && entry.size > 0 && /\.bin$/i.test(entry.path)).flatMap((entry) => entry ?? []);
} // prettier-ignore

function labelsBefore(size: number): 1 | 2 | null {
  if (size % (PIXELS + 1) === 0) return 1;
  return size % (PIXELS + 2) === 0 ? 2 : null;
}

async function planOf(source: DataSource): Promise<Plan> {
  const files = await binaryFiles(source);
  const [first] = files;
  if (!first) throw invalidData(`${source.location} holds no CIFAR file.`, 'Give the folder of the binary version, with data_batch_1.bin or train.bin.'); // prettier-ignore
  // A file that is cut off has an odd size: the others, or its name, tell what it was.
  const known = files.map(({ size }) => labelsBefore(size)).find((labels) => labels !== null);
  const labels = known ?? (/batch/i.test(first.path) ? 1 : 2);
  const isTest = (path: string): boolean => TEST.test(fileNameOf(path));
  const hasBoth = files.some(({ path }) => isTest(path)) && !files.every(({ path }) => isTest(path));
  const parts = files.map(({ path, size }) => ({ path, count: Math.ceil(size / (PIXELS + labels)), role: hasBoth && isTest(path) ? ('audit' as const) : null })); // prettier-ignore
  return { parts, labels };
}

async function read(source: DataSource, options: ImportOptions): Promise<Reading> {
  const plan = await planOf(source);
  if (options.label !== undefined && !(LABELS[plan.labels] as readonly string[]).includes(options.label))
    throw invalidData(`There is no column ${options.label} for the label.`, `Columns: ${LABELS[plan.labels].join(', ')}.`); // prettier-ignore
  const targets = [...LABELS[plan.labels]].sort((a, b) => Number(b === options.label) - Number(a === options.label)); // prettier-ignore
  const names = await Promise.all(targets.map((target) => namesOf(source, NAMES[target])));
  return {
    shape: [SIDE, SIDE, 3],
    total: plan.parts.reduce((sum, { count }) => sum + count, 0),
    name: source.name,
    targets: targets.map((name) => ({ name, values: null })),
    sensitive: [],
    knownAnswer: '',
    rows: rowsOf(source, plan, targets, names),
  };
}

/** Names of the classes in order of their numbers; empty if no file tells them. */
async function namesOf(source: DataSource, file: string): Promise<readonly string[]> {
  if ((await source.stat(file)) === null) return [];
  const text = new TextDecoder().decode(await readWhole(source, file, MAX_NAMES_BYTES));
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== ''); // prettier-ignore
}

async function* rowsOf(
  source: DataSource,
  plan: Plan,
  targets: readonly string[],
  names: readonly (readonly string[])[],
): AsyncIterable<Row> {
  for (const { path, count, role } of plan.parts) {
    const reader = new ByteReader(source.stream(path));
    try {
      for (let index = 0; index < count; index++) {
        const record = await reader.read(plan.labels + PIXELS);
        if (record.length < plan.labels + PIXELS) {
          yield { kind: 'rejected', item: path, reason: `ends within image ${index}` };
          break;
        }
        // In the file the coarse label comes first.
        const numberOf = (target: string): number => record[target === 'fine' ? 1 : 0] ?? 0;
        yield {
          kind: 'example',
          name: `${fileNameOf(path)}#${index}`,
          bytes: interleaved(record.subarray(plan.labels)),
          subject: null,
          targets: targets.map((target, i) => names[i]?.[numberOf(target)] ?? String(numberOf(target))),
          sensitive: [],
          role,
        };
      }
    } finally {
      await reader.close();
    }
  }
}

/** [channel, height, width] as [height, width, channel]. */
function interleaved(planes: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(PIXELS);
  for (let at = 0; at < PLANE; at++)
    for (let channel = 0; channel < 3; channel++)
      pixels[3 * at + channel] = planes[channel * PLANE + at] ?? 0;
  return pixels;
}

async function preview(source: DataSource, options: ImportOptions): Promise<SourcePreview> {
  const reading = await read(source, options);
  const seen = reading.targets.map(() => new Set<string>());
  const thumbnails = await thumbnailsOf(reading, (row) => {
    if (row.kind === 'example') row.targets.forEach((value, i) => seen[i]?.add(value));
  });
  return {
    reader: cifar.id,
    count: reading.total,
    columns: reading.targets.map(({ name }, i) => ({ name, distinct: seen[i]?.size ?? 0, examples: [...(seen[i] ?? [])].slice(0, 10), missing: 0 })), // prettier-ignore
    suggestion: { label: reading.targets[0]?.name },
    thumbnails,
    problems: [],
  };
}
