import { describe, expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../main/engine/checkpoint.ts';

const checkpoint: Checkpoint = {
  header: {
    format: 'pretext-checkpoint',
    version: 1,
    datasetDigest: 'ab',
    step: 12,
    epoch: 1,
    stepInEpoch: 2,
    streams: { views: [1, 2, 3, 4294967295] },
    references: { std: 0.1 },
    anchors: { untrainedKnnAccuracy: 0.5, rawPixelKnnAccuracy: null },
    firedAlarms: ['std'],
    firstLoss: 4.85,
    cost: { samplesSeen: 1, flops: 2, deviceSeconds: 3, energyJoules: null, device: 'onnx/cpu' },
    elapsedSeconds: 4,
    probe: { target: 'größe', classes: ['klein', 'groß'] },
  },
  tensors: {
    'b/weight': { shape: [2, 2], dtype: 'float32', data: Float32Array.of(1, -0, NaN, 1e-40) },
    'a/count': { shape: [], dtype: 'int32', data: Int32Array.of(-7) },
    'c/mask': { shape: [3], dtype: 'bool', data: Uint8Array.of(1, 0, 1) },
  },
};

describe('a checkpoint', () => {
  it('comes back as it was, bit for bit', () => {
    const bytes = encodeCheckpoint(checkpoint);
    expect(decodeCheckpoint(bytes)).toEqual(checkpoint);
    expect(encodeCheckpoint(decodeCheckpoint(bytes))).toEqual(bytes);
  });
  it('is read from a Node Buffer wherever it lies in the pool, and shares no memory with it', () => {
    const bytes = encodeCheckpoint(checkpoint);
    // Small Buffers are slices of one pool, at any offset: also at such as no float may start.
    for (const offset of [0, 1, 3, 8]) {
      const pool = Buffer.alloc(bytes.length + 64, 0xff);
      pool.set(bytes, offset);
      const slice = pool.subarray(offset, offset + bytes.length);
      const decoded = decodeCheckpoint(slice);
      expect(decoded).toEqual(checkpoint);
      pool.fill(0);
      expect(decoded).toEqual(checkpoint);
    }
    const pooled = Buffer.from(bytes);
    expect(pooled.buffer.byteLength).toBeGreaterThanOrEqual(bytes.length);
    expect(decodeCheckpoint(pooled)).toEqual(checkpoint);
  });
  it('is written whole where a tensor is a part of a larger array', () => {
    const large = Float32Array.of(9, 1, -0, NaN, 1e-40, 9);
    const part = { shape: [2, 2], dtype: 'float32', data: large.subarray(1, 5) } as const;
    const tensors = { ...checkpoint.tensors, 'b/weight': part };
    expect(encodeCheckpoint({ ...checkpoint, tensors })).toEqual(encodeCheckpoint(checkpoint));
  });
  it('is a safetensors file: length, JSON with dtype, shape and offsets, aligned tensors', () => {
    const bytes = encodeCheckpoint(checkpoint);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const json = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<
      string,
      unknown
    >;
    expect(json['b/weight']).toEqual({ dtype: 'F32', shape: [2, 2], data_offsets: [4, 20] });
    expect(length % 8).toBe(0);
    expect(bytes.length).toBe(8 + length + 4 + 16 + 3);
  });
  it('does not depend on the order in which tensors were named', () => {
    const reversed = Object.fromEntries(Object.entries(checkpoint.tensors).reverse());
    expect(encodeCheckpoint({ ...checkpoint, tensors: reversed })).toEqual(encodeCheckpoint(checkpoint));
  });
  it('says so when it is cut off anywhere, foreign, or of another version', () => {
    const bytes = encodeCheckpoint(checkpoint);
    for (const length of [0, 7, 8, 100, bytes.length - 1])
      expect(() => decodeCheckpoint(bytes.slice(0, length))).toThrow(/cannot be read/);
    expect(() => decodeCheckpoint(new Uint8Array(64).fill(65))).toThrow(/cannot be read/);
    const header = { ...checkpoint.header, version: 2 as unknown as 1 };
    expect(() => decodeCheckpoint(encodeCheckpoint({ ...checkpoint, header }))).toThrow(/version 2/);
  });
});
