import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet';
import type { Compressors } from 'hyparquet';

/** A page that says it unpacks to more than this, or to more than so many times its size, is a bomb. */
const PAGE_BYTES = 2 ** 28;
const PAGE_INFLATION = 10_000;

type Unpack = (input: Uint8Array, length: number) => Uint8Array;

/** What unpacks the pages of Parquet files, each held to the length that its page announces. */
export const decompressors: Compressors = {
  SNAPPY: bounded((input, length) => {
    const output = new Uint8Array(length);
    snappyUncompress(input, output);
    return output;
  }),
  GZIP: bounded((input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) })),
  ZSTD: bounded((input, length) => zstdDecompressSync(input, { maxOutputLength: Math.max(1, length) })),
  BROTLI: bounded((input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) })),
};

function bounded(unpack: Unpack): Unpack {
  return (input, length) => {
    if (!(length >= 0 && length <= PAGE_BYTES && length <= (input.length + 1) * PAGE_INFLATION))
      throw new Error(`a page of ${input.length} bytes announces ${length}`);
    return unpack(input, length);
  };
}
