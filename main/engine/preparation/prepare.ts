import { AppError } from '../../../preload/contract/errors.ts';
import type { TableColumn } from '../../core/datasetFiles.ts';
import { Rng } from '../../core/rng.ts';
import { IMAGE, type Preparation, type SampleKind } from '../layout.ts';
import { brightness } from './image.ts';
import { learnSeries, seriesReader } from './series.ts';
import { defaultsOf } from '../../core/params.ts';
import { BLOCK, learnTable, tableLayout, tableReader } from './table.ts';
import { learnText, TEXT_SPECS, textReader, type TextSettings, vocabularyOf } from './text.ts';

/** Rows of the pretrain split out of which corruption draws; all of them up to so many. */
const MARGINAL_ROWS = 16_384;
/** Characters of pretrain texts from which tokens are learnt, at most. */
const CORPUS = 4_000_000;

type Shape = readonly [number, number, number];

/** Samples as a data set stores them, read by index. */
export type StoredSamples =
  | {
      readonly kind: 'image';
      readonly shape: Shape;
      readonly read: (indices: Uint32Array) => Uint8Array;
      /** What is said of images; left out where nothing is, or nobody wants it. */
      readonly captions?: (indices: Uint32Array) => readonly string[];
    }
  /** [n, columns]; missing numbers are NaN. */
  | {
      readonly kind: 'table';
      readonly columns: readonly TableColumn[];
      readonly read: (indices: Uint32Array) => Float32Array;
    }
  /** [n, time, channels]; what was not measured is NaN. */
  | {
      readonly kind: 'series';
      readonly steps: number;
      readonly channels: readonly string[];
      readonly read: (indices: Uint32Array) => Float32Array;
    }
  | { readonly kind: 'text'; readonly read: (indices: Uint32Array) => readonly string[] };

/** Samples as networks see them. */
export interface PreparedSamples extends SampleKind {
  readonly preparation: Preparation;
  read(indices: Uint32Array): Float32Array;
  /** See `TrainingData`. */
  captions?(indices: Uint32Array): Float32Array;
}

/**
 * Learns from the pretrain split how samples become numbers, or does it as it was learnt once.
 * @param known what a checkpoint says of it; null: learn it
 * @param settings what an encoder wants of texts
 * @throws AppError invalidData if the samples do not fit what is known
 */
export function prepareSamples(
  stored: StoredSamples,
  pretrain: Uint32Array,
  known: Preparation | null,
  settings: TextSettings = defaultsOf(TEXT_SPECS) as TextSettings,
): PreparedSamples {
  if (known !== null && known.kind !== stored.kind) throw otherModality(known.kind, stored.kind);
  if (stored.kind === 'table') return preparedTable(stored, pretrain, known?.kind === 'table' ? known : null);
  if (stored.kind === 'series')
    return preparedSeries(stored, pretrain, known?.kind === 'series' ? known : null);
  if (stored.kind === 'text')
    return preparedText(stored, pretrain, known?.kind === 'text' ? known : null, settings);
  return preparedImages(stored, pretrain, known?.kind === 'image' ? known : null, settings);
}

type Of<K extends StoredSamples['kind']> = Extract<StoredSamples, { kind: K }>;
type Known<K extends Preparation['kind']> = Extract<Preparation, { kind: K }> | null;

function preparedImages(
  stored: Of<'image'>,
  pretrain: Uint32Array,
  known: Known<'image'>,
  settings: TextSettings,
): PreparedSamples {
  const { shape, captions } = stored;
  const read = (indices: Uint32Array): Float32Array => brightness(stored.read(indices));
  const said =
    known?.captions ?? (captions === undefined ? null : learnText(corpusOf(captions, pretrain), settings));
  if (said === null) return { shape, layout: IMAGE, preparation: { kind: 'image' }, read };
  const numbers = textReader(said);
  return {
    shape,
    layout: { kind: 'image', captions: { length: said.length, vocabulary: vocabularyOf(said) } },
    preparation: { kind: 'image', captions: said },
    read,
    ...(captions === undefined ? {} : { captions: (indices) => numbers(captions(indices)) }),
  };
}

function preparedTable(stored: Of<'table'>, pretrain: Uint32Array, known: Known<'table'>): PreparedSamples {
  const preparation = known ?? learnTable(stored.columns, blocksOf(stored.read, pretrain));
  const numbers = tableReader(preparation, stored.columns);
  const read = (indices: Uint32Array): Float32Array => numbers(stored.read(indices));
  const order = Rng.stream(0, 'marginals').permutation(pretrain.length).subarray(0, MARGINAL_ROWS);
  const rows = order.map((place) => pretrain[place] as number);
  return {
    shape: [1, preparation.columns.length, 2],
    layout: tableLayout(preparation, read(rows)),
    preparation,
    read,
  };
}

function preparedSeries(
  stored: Of<'series'>,
  pretrain: Uint32Array,
  known: Known<'series'>,
): PreparedSamples {
  const { steps, channels } = stored;
  const preparation = known ?? learnSeries(channels, steps, blocksOf(stored.read, pretrain));
  const numbers = seriesReader(preparation, stored);
  return {
    shape: [steps, 1, channels.length + 1],
    layout: { kind: 'series', channels },
    preparation,
    read: (indices) => numbers(stored.read(indices)),
  };
}

function preparedText(
  stored: Of<'text'>,
  pretrain: Uint32Array,
  known: Known<'text'>,
  settings: TextSettings,
): PreparedSamples {
  const preparation = known ?? learnText(corpusOf(stored.read, pretrain), settings);
  const numbers = textReader(preparation);
  return {
    shape: [preparation.length, 1, 1],
    layout: { kind: 'text', vocabulary: vocabularyOf(preparation) },
    preparation,
    read: (indices) => numbers(stored.read(indices)),
  };
}

/** Pretrain texts in an order that depends on nothing else, up to a few million characters. */
function* corpusOf(
  read: (indices: Uint32Array) => readonly string[],
  pretrain: Uint32Array,
): Generator<string, void, void> {
  const order = Rng.stream(0, 'corpus').permutation(pretrain.length);
  let characters = 0;
  for (let at = 0; at < order.length && characters < CORPUS; at += BLOCK) {
    const texts = read(order.subarray(at, at + BLOCK).map((place) => pretrain[place] as number));
    for (const text of texts) {
      if (characters >= CORPUS) return;
      characters += text.length;
      yield text;
    }
  }
}

function* blocksOf(
  read: (indices: Uint32Array) => Float32Array,
  indices: Uint32Array,
): Generator<Float32Array, void, void> {
  for (let start = 0; start < indices.length; start += BLOCK)
    yield read(indices.subarray(start, start + BLOCK));
}

function otherModality(wanted: string, found: string): AppError {
  return new AppError({
    code: 'invalidData',
    message: `The encoder was trained on ${wanted} data, but this data set holds ${found} data.`,
    hint: `Choose a data set of ${wanted} data.`,
  });
}
