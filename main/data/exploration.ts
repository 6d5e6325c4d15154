import { AppError } from '../../preload/contract/errors.ts';
import type {
  ColumnSummary,
  DatasetSummary,
  GroupCounts,
  SeriesSamples,
  SplitRole,
} from '../../preload/contract/vocabulary.ts';
import { factsOf, type Fact } from './sampleFacts.ts';
import { codesOf, samplesWithin, splitOf, type StoredDataset } from './stored.ts';

/** Which samples are looked at, and by which feature or target they are parted. */
export interface SummaryQuery {
  readonly split: SplitRole;
  readonly by: string | null;
}

const BARS = 24;
/** Values of a category that have a bar of their own. */
const MOST_VALUES = 16;
const OTHERS = 'others';
const EVERYONE = 'everyone';

/**
 * The distribution of every column, or of simple facts of samples, in one split: of all rows, or of as many, evenly spread, as can be
 * read at once.
 * @throws AppError usage for an unknown feature
 */
export async function summaryOf(
  dataset: StoredDataset,
  { split, by }: SummaryQuery,
): Promise<DatasetSummary> {
  const rows = await splitOf(dataset, split);
  const { looked, facts } = await factsOf(dataset, rows);
  const parts = by === null ? null : await partsOf(dataset, by, looked);
  const columns = facts.map((fact) => (fact.values === null ? numberSummary(fact, parts) : categorySummary(fact, fact.values, parts))); // prettier-ignore
  return { split, by, rows: rows.length, looked: looked.length, columns };
}

/** Series of a split by their indices. @throws AppError usage for other data, or an index outside the split */
export async function seriesOf(
  dataset: StoredDataset,
  { split, indices }: { readonly split: SplitRole; readonly indices: readonly number[] },
): Promise<SeriesSamples> {
  const { format } = dataset.manifest;
  if (format?.kind !== 'series')
    throw usage(`Data set ${dataset.id} holds no series.`, 'Choose one that does.');
  const samples = [];
  for await (const { index, bytes } of samplesWithin(dataset, split, indices))
    samples.push({ index, values: new Float32Array(new Uint8Array(bytes).buffer) });
  return { channels: format.channels, steps: dataset.shape[0], samples };
}

interface Parts {
  readonly values: readonly string[];
  /** Code of each row that is looked at. */
  readonly codes: Int16Array;
}

async function partsOf(dataset: StoredDataset, by: string, looked: Uint32Array): Promise<Parts> {
  const { sensitive, targets } = dataset.manifest;
  const columns = [...sensitive, ...targets.map(({ name, classes, digest }) => ({ name, values: classes, digest }))];
  const column = columns.find(({ name }) => name === by);
  if (!column) throw usage(`There is no feature ${by}.`, `Known: ${columns.map(({ name }) => name).join(', ')}.`);
  const codes = await codesOf(dataset, column.digest);
  return { values: column.values, codes: Int16Array.from(looked, (row) => codes[row] ?? -1) };
} // prettier-ignore

function numberSummary({ name, numbers }: Fact, parts: Parts | null): ColumnSummary {
  const known = numbers.filter((value) => !Number.isNaN(value)).sort();
  const [least = 0, greatest = least] = [known[0], known.at(-1)];
  const whole = known.length > 0 && known.every((value) => Number.isInteger(value));
  const width = whole ? Math.ceil((greatest - least + 1) / BARS) : (greatest - least) / BARS;
  const bars = known.length === 0 ? 0 : width === 0 ? 1 : whole ? Math.ceil((greatest - least + 1) / width) : BARS; // prettier-ignore
  const barOf = (value: number): number =>
    Number.isNaN(value) ? -1 : width > 0 ? Math.min(bars - 1, Math.floor((value - least) / width)) : 0;
  return {
    ...{ name, kind: 'number', known: known.length, missing: numbers.length - known.length },
    numbers: known.length === 0 ? null : momentsOf(known),
    whole,
    edges: bars === 0 ? [] : Array.from({ length: bars + 1 }, (_, at) => least + at * width),
    values: [],
    groups: countsOf(Int16Array.from(numbers, barOf), bars, parts),
  };
}

function momentsOf(sorted: Float32Array): NonNullable<ColumnSummary['numbers']> {
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const value = sorted[below] ?? 0;
    return value + (place - below) * ((sorted[below + 1] ?? value) - value);
  };
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    quantiles: [at(0), at(0.25), at(0.5), at(0.75), at(1)],
    mean,
    deviation: Math.sqrt(squares / sorted.length),
  };
}

function categorySummary({ name, numbers, missing }: Fact, values: readonly string[], parts: Parts | null): ColumnSummary {
  const counts = values.map(() => 0);
  for (const code of numbers) counts[code] = (counts[code] ?? 0) + 1;
  const known = values.map((value, code) => ({ value, code, n: counts[code] ?? 0 })).filter(({ code }) => code !== missing);
  const ordered = known.toSorted((a, b) => b.n - a.n);
  const shown = ordered.length <= MOST_VALUES ? ordered : ordered.slice(0, MOST_VALUES - 1);
  const bars = [...shown.map(({ value }) => value), ...(shown.length < ordered.length ? [OTHERS] : [])];
  const barOf = new Map(shown.map(({ code }, bar) => [code, bar]));
  const unknown = missing === null ? 0 : (counts[missing] ?? 0);
  const bar = (code: number): number => (code === missing ? -1 : (barOf.get(code) ?? bars.length - 1));
  return {
    ...{ name, kind: 'category', known: numbers.length - unknown, missing: unknown, numbers: null, whole: false, edges: [] },
    values: bars,
    groups: countsOf(Int16Array.from(numbers, bar), bars.length, parts),
  };
} // prettier-ignore

/** Rows of every bar, -1 in none, of everyone and of each part. */
function countsOf(bars: Int16Array, count: number, parts: Parts | null): readonly GroupCounts[] {
  const titles = [EVERYONE, ...(parts?.values ?? [])];
  const groups = titles.map((group) => ({ group, n: 0, counts: Array.from({ length: count }, () => 0) }));
  bars.forEach((bar, row) => {
    if (bar < 0) return;
    for (const group of [groups[0], groups[(parts?.codes[row] ?? -1) + 1]].slice(0, parts === null ? 1 : 2)) {
      if (!group) continue;
      group.n++;
      group.counts[bar] = (group.counts[bar] ?? 0) + 1;
    }
  });
  return groups;
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
