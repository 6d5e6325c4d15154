import type { ImportOptions, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import { float, int, parseParams, type ParamsOf } from '../../core/params.ts';
import { Rng } from '../../core/rng.ts';
import type { DataSource } from '../source.ts';
import type { Example, Reader, Reading } from './reader.ts';
import { thumbnailsOf } from './thumbnails.ts';

/** The location that stands for the made series. */
export const MADE_MOVEMENT = 'builtin:made-movement';

const CLASSES = ['still', 'walking', 'stairs', 'running'] as const;
/** Where the sensor is worn: the second group's movements are as strong as `GROUP_STRENGTH` says, under the same noise. */
export const WORN = ['wrist', 'ankle'] as const;
const CHANNELS = ['forward', 'sideways', 'upward'] as const;
/** Steps per second. */
const RATE = 32;
/** Of each class: movements per second, and how strong they are. */
const MOVEMENTS = [[0, 0.05], [1.6, 0.8], [1.9, 0.9], [2.6, 1.6]] as const; // prettier-ignore
/** Strength of the second group's movements over the first's: the known effect of the group. */
export const GROUP_STRENGTH = 0.4;
const NOISE = 0.35;
/** Series of one person. */
const PER_SUBJECT = 20;

const PARAMS = {
  steps: int(96, { min: 16, max: 1024, doc: 'Steps of each series, 32 of which are a second.' }),
  minorityShare: float(0.5, {
    min: 0.05,
    max: 0.95,
    step: 0.05,
    doc: 'Share of the people who wear the sensor at the ankle.',
  }),
  limit: int(2400, { min: 100, max: 100_000, doc: 'Series in all, 20 of each person.' }),
  seed: int(1, { min: 0, max: 2_147_483_647, doc: 'Everything made follows from it.' }),
} as const;

type Made = ParamsOf<typeof PARAMS>;

function madeOf(options: ImportOptions): Made {
  const given = Object.fromEntries(
    Object.keys(PARAMS).flatMap((key) => {
      const value = options[key as keyof typeof PARAMS];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return parseParams(PARAMS, given, 'options') as unknown as Made;
}

/** Movements of made people: class, person and where the sensor is worn each have a known effect. */
export const madeMovement: Reader = {
  id: 'madeMovement',
  title: 'Made movements (built in)',
  summary:
    'Sensor series of made people, with known effects of what they do, who they are, and where the sensor is worn.',
  params: PARAMS,
  accepts: (source) => Promise.resolve(source.location === MADE_MOVEMENT ? 1 : 0),
  preview,
  read: (_source, options) => Promise.resolve(readingOf(madeOf(options))),
};

function readingOf(made: Made): Reading {
  return {
    format: { kind: 'series', channels: CHANNELS },
    shape: [made.steps, 1, CHANNELS.length],
    total: made.limit,
    name: `Made movements (share of ${WORN[1]} ${made.minorityShare})`,
    targets: [{ name: 'movement', values: CLASSES }],
    sensitive: [{ name: 'worn', values: WORN, source: 'synthetic' }],
    knownAnswer: [
      `Movements at the ${WORN[1]} are ${GROUP_STRENGTH} times as strong as those at the ${WORN[0]}, under the same noise, and otherwise alike:`,
      `so any model that reads them recognises fewer at the ${WORN[1]}, and a model of a different result has not looked at the series.`,
      'Every movement is as frequent in both groups. People differ in pace and strength, and no person is in two splits.',
    ].join(' '),
    rows: rowsOf(made),
  };
}

/** What one person's series have in common. */
interface Person {
  readonly name: string;
  readonly worn: 0 | 1;
  readonly pace: number;
  readonly strength: number;
  readonly tilt: readonly number[];
}

async function* rowsOf(made: Made): AsyncIterable<Example> {
  const people = Math.ceil(made.limit / PER_SUBJECT);
  const second = Math.round(people * made.minorityShare);
  const order = Rng.stream(made.seed, 'made/worn').permutation(people);
  for (let index = 0; index < made.limit; index++) {
    const at = Math.floor(index / PER_SUBJECT);
    const person = personOf(made.seed, at, (order[at] as number) < second ? 1 : 0);
    yield exampleOf(made, person, index);
  }
}

function personOf(seed: number, index: number, worn: 0 | 1): Person {
  const rng = Rng.stream(seed, `made/person/${index}`);
  return {
    name: `person-${String(index).padStart(4, '0')}`,
    worn,
    pace: Math.exp(0.08 * rng.normal()),
    strength: Math.exp(0.15 * rng.normal()),
    tilt: CHANNELS.map(() => 0.3 * rng.normal()),
  };
}

function exampleOf({ seed, steps }: Made, person: Person, index: number): Example {
  const code = index % CLASSES.length;
  const rng = Rng.stream(seed, `made/series/${index}`);
  const values = movement(rng, person, code, steps);
  return {
    kind: 'example',
    name: `movement-${String(index).padStart(6, '0')}`,
    bytes: new Uint8Array(values.buffer),
    subject: person.name,
    targets: [CLASSES[code] as string],
    sensitive: [WORN[person.worn]],
    role: null,
  };
}

/** Waves of a movement with an overtone, turned as the person holds the sensor, in noise: [steps, channels]. */
function movement(rng: Rng, person: Person, code: number, steps: number): Float32Array {
  const [perSecond, strength] = MOVEMENTS[code] as (typeof MOVEMENTS)[number];
  const group = person.worn === 1 ? GROUP_STRENGTH : 1;
  const [phase, pace] = [2 * Math.PI * rng.uniform(), person.pace * Math.exp(0.03 * rng.normal())];
  // Climbing shows in the overtone and in the sideways swing, not in the pace alone.
  const [overtone, swing] = code === 2 ? [0.8, 0.9] : [0.3, 0.4];
  return Float32Array.from({ length: steps * CHANNELS.length }, (_, i) => {
    const [step, channel] = [Math.floor(i / CHANNELS.length), i % CHANNELS.length];
    const angle = (2 * Math.PI * perSecond * pace * step) / RATE + phase;
    const waves = [Math.sin(angle), swing * Math.sin(angle / 2), overtone * Math.sin(2 * angle + 1)];
    const amplitude = group * person.strength * strength;
    return (person.tilt[channel] ?? 0) + amplitude * (waves[channel] ?? 0) + NOISE * rng.normal();
  });
}

async function preview(_source: DataSource, options: ImportOptions): Promise<SourcePreview> {
  const made = madeOf(options);
  const reading = readingOf(made);
  return {
    reader: madeMovement.id,
    count: reading.total,
    columns: [...reading.targets, ...reading.sensitive].map(({ name, values }) => ({
      name,
      distinct: values?.length ?? 0,
      examples: values ?? [],
      missing: 0,
    })),
    suggestion: { ...made, label: 'movement', sensitive: ['worn'] },
    thumbnails: await thumbnailsOf(reading),
    problems: [],
  };
}
