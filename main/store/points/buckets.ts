import type { Series } from '../../../preload/contract/vocabulary.ts';
import { makeBlocks, summarise, type BlockColumns } from './blocks.ts';

/** A series without the names it belongs to. */
export type BucketColumns = Omit<Series, 'run' | 'metric' | 'count'>;

/**
 * At most `buckets` buckets of equal width in steps over blocks in order; empty buckets are left out. If there are no more blocks than buckets, each
 * is a bucket of its own. A bucket's step, epoch and time are those of its last point.
 */
export function bucketise(pieces: readonly BlockColumns[], buckets: number): BucketColumns {
  const blocks = concatenate(pieces);
  const total = blocks.step.length;
  if (total <= buckets) return columnsOf(blocks, total);
  const low = blocks.step[0] ?? 0;
  const width = ((blocks.step[total - 1] ?? 0) - low) / buckets;
  const made = makeBlocks(buckets);
  let count = 0;
  for (let from = 0; from < total; count++) {
    const bucket = bucketOf(blocks.step[from] ?? 0, low, width, buckets);
    let to = from + 1;
    while (to < total && bucketOf(blocks.step[to] ?? 0, low, width, buckets) === bucket) to += 1;
    summarise(blocks, from, to, made, count);
    from = to;
  }
  return columnsOf(made, count);
}

function bucketOf(step: number, low: number, width: number, buckets: number): number {
  return Math.min(buckets - 1, Math.floor((step - low) / width));
}

function concatenate(pieces: readonly BlockColumns[]): BlockColumns {
  const full = pieces.filter((piece) => piece.step.length > 0);
  const [only] = full;
  if (full.length === 1 && only) return only;
  const all = makeBlocks(full.reduce((sum, piece) => sum + piece.step.length, 0));
  let at = 0;
  for (const piece of full) {
    for (const key of Object.keys(all) as (keyof BlockColumns)[]) all[key].set(piece[key], at);
    at += piece.step.length;
  }
  return all;
}

function columnsOf(blocks: BlockColumns, count: number): BucketColumns {
  const { step, epoch, time, min, max, mean } = blocks;
  const cut = (column: Float64Array): Float64Array => column.slice(0, count);
  return {
    step: cut(step),
    epoch: cut(epoch),
    time: cut(time),
    min: cut(min),
    max: cut(max),
    mean: cut(mean),
  };
}
