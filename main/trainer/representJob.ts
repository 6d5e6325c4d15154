import { readFileSync } from 'node:fs';
import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import { decodeCheckpoint } from '../engine/checkpoint.ts';
import { compileEncoder, type Encoded } from '../engine/encodingStep.ts';
import type { Engine } from '../engine/engine.ts';
import { frozenNetworks } from '../engine/frozenNetworks.ts';
import type { BuiltMethod, HostTensors } from '../engine/method.ts';
import type { PreparedSamples } from '../engine/preparation/prepare.ts';
import { rawInputs } from '../engine/rawInputs.ts';
import { initialNetworks } from '../engine/trainingStep.ts';
import { compileViews } from '../engine/viewStep.ts';
import type { FromTrainer, RepresentJob } from '../runs/protocol.ts';
import { openSamples, splitIndices, targetColumn } from './datasetReader.ts';
import type { EngineShelf } from './engineShelf.ts';
import { npyHeader } from './npy.ts';
import { bytesOf, writeWhole } from './writtenFile.ts';

type Represented = Extract<FromTrainer, { type: 'represented' }>;
type Read = (start: number, end: number) => Float32Array | Promise<Float32Array>;

/** Samples whose views are drawn together. */
const BATCH = 256;

/**
 * Writes what an audit of representations needs of one split: h (and the embedding z) of the checkpoint's networks, of the same networks before
 * training, and for two views of every sample; and the raw input.
 */
export async function representJob(job: RepresentJob, engines: EngineShelf): Promise<Represented> {
  const { header, tensors } = decodeCheckpoint(readFileSync(job.checkpoint.path));
  const classes = header.probe?.classes ?? targetColumn(job.dataset, job.config.target).classes;
  const indices = splitIndices(job.dataset, job.split);
  const engine = await engines.get(job.config.engine);
  const samples = openSamples(job.dataset, { known: header.preparation });
  try {
    const { method, weights } = frozenNetworks(job.config, samples, classes.length, tensors);
    const read: Read = (start, end) => samples.read(indices.subarray(start, end));
    const encode = (values: HostTensors, from: Read) =>
      encoded(engine, method, values, samples, indices.length, from);
    const write = (name: string, rows: number, columns: number, data: Float32Array): string =>
      writeWhole(job.directory, `${name}.npy`, [npyHeader([rows, columns]), bytesOf(data)]);
    const all = (name: string, { h, z }: Encoded) => ({
      h: write(`${name}-h`, h.rows, h.columns, h.data),
      z: z === h ? null : write(`${name}-z`, z.rows, z.columns, z.data),
    });
    const trained = all('trained', await encode(weights, read));
    const initial = initialNetworks(method, (name) => Rng.stream(job.config.seed, `init/${name}`)).values;
    const untrained = all('untrained', await encode(initial, read));
    const views = await twoViews(engine, job.config, samples, indices, async (from, view) => all(`view${view}`, await encode(weights, from))); // prettier-ignore
    const raw = rawInputs(samples, indices);
    return {
      type: 'represented',
      job: job.id,
      layers: (['h', 'z'] as const).flatMap((part) => {
        const [path, before, first, second] = [
          trained[part],
          untrained[part],
          views?.[0][part],
          views?.[1][part],
        ];
        if (path === null) return [];
        const layer = part === 'h' ? 'representation' : 'embedding';
        return [
          { layer, path, untrained: before, views: first && second ? ([first, second] as const) : null },
        ];
      }),
      rawInput: write('raw', indices.length, raw.columns, raw.values),
    };
  } finally {
    samples.close();
  }
}

async function encoded(
  engine: Engine,
  method: BuiltMethod,
  weights: HostTensors,
  { shape }: PreparedSamples,
  count: number,
  read: Read,
): Promise<Encoded> {
  const state = await engine.createState(weights);
  const encoder = await compileEncoder(engine, state, method, weights, shape);
  try {
    return await encoder.encode(count, read);
  } finally {
    await encoder.dispose();
    state.dispose();
  }
}

/** Encodes two views of every sample by the run's own pipeline; null where it has none. */
async function twoViews<T>(
  engine: Engine,
  { views, seed }: RunConfig,
  samples: PreparedSamples,
  indices: Uint32Array,
  encode: (read: Read, view: number) => Promise<T>,
): Promise<readonly [T, T] | null> {
  if (!views.some(({ enabled }) => enabled)) return null;
  const step = await compileViews(engine, views, BATCH, samples);
  const viewOf = (view: number): Read => {
    const rng = Rng.stream(seed, `represent/view/${view}`);
    return (start, end) => step.run(samples.read(indices.subarray(start, end)), views, rng, view);
  };
  try {
    return [await encode(viewOf(0), 0), await encode(viewOf(1), 1)];
  } finally {
    await step.dispose();
  }
}
