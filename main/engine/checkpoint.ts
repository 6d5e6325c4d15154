import { AppError } from '../../preload/contract/errors.ts';
import type { ComputeCost, Digest, RunResults } from '../../preload/contract/vocabulary.ts';
import type { RngState } from '../core/rng.ts';
import type { Preparation } from './layout.ts';
import type { LossScale } from './lossScale.ts';
import type { HostTensor, HostTensors } from './method.ts';

/** What a checkpoint says besides its tensors. */
export interface CheckpointHeader {
  readonly format: 'pretext-checkpoint';
  readonly version: 1;
  readonly datasetDigest: Digest;
  /** Optimiser updates done. */
  readonly step: number;
  /** Epochs completed, and updates done within the one that follows. */
  readonly epoch: number;
  readonly stepInEpoch: number;
  /** Random streams that go on from step to step. */
  readonly streams: Readonly<Record<string, RngState>>;
  /** Metrics of the run's own start, to which alarms compare; null while unknown. */
  readonly references: Readonly<Record<string, number>> | null;
  /** kNN accuracy before training: of the untrained encoder and of the raw input. */
  readonly anchors: Pick<RunResults, 'untrainedKnnAccuracy' | 'rawPixelKnnAccuracy'> | null;
  readonly firedAlarms: readonly string[];
  /** Loss of the first step, to which divergence compares; null before it. */
  readonly firstLoss: number | null;
  /** Of mixed precision; absent or null without it. */
  readonly lossScale?: LossScale | null;
  readonly cost: ComputeCost;
  /** Seconds since the run started, pauses between processes left out. */
  readonly elapsedSeconds: number;
  /** Classes of the linear probe where one is stored under `probe/`; null otherwise. */
  readonly probe: { readonly target: string; readonly classes: readonly string[] } | null;
  /** How samples became numbers; left out for images. */
  readonly preparation?: Preparation;
}

export interface Checkpoint {
  readonly header: CheckpointHeader;
  readonly tensors: HostTensors;
}

const DTYPES = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const;
const ARRAYS = { F32: Float32Array, I32: Int32Array, BOOL: Uint8Array } as const;
const NAMES = { F32: 'float32', I32: 'int32', BOOL: 'bool' } as const;

interface Entry {
  readonly dtype: keyof typeof ARRAYS;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/**
 * One file in the safetensors format (8 bytes little-endian length, JSON, tensors), so that any tool reads the weights; the header of the
 * checkpoint is the JSON text `__metadata__.pretext`. Tensors are in order of name: equal states have equal bytes.
 */
export function encodeCheckpoint({ header, tensors }: Checkpoint): Uint8Array {
  const entries: Record<string, Entry> = {};
  let offset = 0;
  const sorted = Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, { shape, dtype, data }] of sorted) {
    entries[name] = { dtype: DTYPES[dtype], shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = JSON.stringify({ __metadata__: { pretext: JSON.stringify(header) }, ...entries });
  const text = new TextEncoder().encode(json);
  // Spaces fill the header up, so that tensors are aligned.
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + offset).fill(32, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  for (const [name, { data }] of sorted) {
    const start = 8 + length + (entries[name] as Entry).data_offsets[0];
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  }
  return bytes;
}

/** @throws AppError invalidData if the bytes are no whole checkpoint of a version that this program knows */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { header, entries, start } = readHeader(bytes);
  const tensors: Record<string, HostTensor> = {};
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of Object.entries(entries)) {
    if (start + to > bytes.length || from > to) throw damaged('it ends before its tensors do');
    // Not bytes.slice: that of a Buffer is a view, whose buffer is the whole file's.
    const copy = new Uint8Array(bytes.subarray(start + from, start + to));
    tensors[name] = { shape, dtype: NAMES[dtype], data: new ARRAYS[dtype](copy.buffer) };
  }
  return { header, tensors };
}

function readHeader(bytes: Uint8Array): {
  header: CheckpointHeader;
  entries: Record<string, Entry>;
  start: number;
} {
  if (bytes.length < 8) throw damaged('it is shorter than its first field');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (8 + length > bytes.length) throw damaged('it ends within its header');
  let parsed: Record<string, unknown>;
  let header: CheckpointHeader;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
    header = JSON.parse((parsed['__metadata__'] as { pretext: string }).pretext) as CheckpointHeader;
  } catch {
    throw damaged('its header is no JSON of a checkpoint');
  }
  if (header.format !== 'pretext-checkpoint' || header.version !== 1)
    throw damaged(`it is of format ${header.format} version ${header.version}, and version 1 is known`);
  const { __metadata__: _metadata, ...entries } = parsed;
  return { header, entries: entries as Record<string, Entry>, start: 8 + length };
}

function damaged(reason: string): AppError {
  return new AppError({
    code: 'invalidData',
    message: `The checkpoint cannot be read: ${reason}.`,
    hint: 'Resume from an earlier checkpoint.',
  });
}
