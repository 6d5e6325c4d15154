import type { WorkspaceDatabase } from '../database.ts';
import {
  asBlocks,
  blockSize,
  CHUNK,
  LEVELS,
  listBlocks,
  listPoints,
  makeBlocks,
  makePoints,
  PAGE,
  type BlockColumns,
  type PointColumns,
} from './blocks.ts';
import { decodeColumns } from './columns.ts';

/** The part of a series' row that reading needs. */
export interface SeriesExtent {
  readonly id: number;
  readonly count: number;
  readonly sealed: number;
}

interface ChunkRow {
  readonly first: number;
  readonly n: number;
  readonly data: Uint8Array;
}

/** Points [from, to) of a series, counted from 0 in order of step. */
export function readPoints(db: WorkspaceDatabase, series: number, from: number, to: number): PointColumns {
  const points = makePoints(Math.max(0, to - from));
  if (to <= from) return points;
  const rows = db.all<ChunkRow>(
    'SELECT first, n, data FROM chunks WHERE series = ? AND first > ? AND first < ? ORDER BY first',
    ...[series, from - CHUNK, to],
  );
  let at = 0;
  for (const { first, n, data } of rows) {
    if (first + n <= from) continue;
    at += decodeColumns(data, listPoints(points), at, Math.max(0, from - first), to - first);
  }
  return points;
}

/** Points [from, to) as few blocks as still leave at least `buckets` of them, in order; whole blocks in the middle, points at the edges. */
export function readBlocks(
  db: WorkspaceDatabase,
  series: SeriesExtent,
  from: number,
  to: number,
  buckets: number,
): readonly BlockColumns[] {
  const level = LEVELS.findLast((candidate) => (to - from) / blockSize(candidate) >= buckets);
  if (level === undefined) return [asBlocks(readPoints(db, series.id, from, to))];
  const size = blockSize(level);
  const first = Math.ceil(from / size);
  const end = Math.floor(Math.min(to, series.sealed) / size);
  if (end <= first) return [asBlocks(readPoints(db, series.id, from, to))];
  return [
    asBlocks(readPoints(db, series.id, from, first * size)),
    readLevel(db, series.id, level, first, end),
    asBlocks(readPoints(db, series.id, end * size, to)),
  ];
}

function readLevel(
  db: WorkspaceDatabase,
  series: number,
  level: number,
  from: number,
  to: number,
): BlockColumns {
  const blocks = makeBlocks(to - from);
  const rows = db.all<{ page: number; data: Uint8Array }>(
    'SELECT page, data FROM tiers WHERE series = ? AND level = ? AND page BETWEEN ? AND ? ORDER BY page',
    ...[series, level, Math.floor(from / PAGE), Math.floor((to - 1) / PAGE)],
  );
  let at = 0;
  for (const { page, data } of rows) {
    const first = page * PAGE;
    at += decodeColumns(data, listBlocks(blocks), at, Math.max(0, from - first), to - first);
  }
  return blocks;
}

/** Number of the first point whose step is at least `step`; the count of points if there is none. */
export function indexOfStep(db: WorkspaceDatabase, series: SeriesExtent, step: number): number {
  const row = db.get<ChunkRow>(
    'SELECT first, n, data FROM chunks WHERE series = ? AND step_to >= ? ORDER BY step_to LIMIT 1',
    ...[series.id, step],
  );
  if (!row) return series.count;
  const steps = new Float64Array(row.n);
  decodeColumns(row.data, [steps], 0);
  return row.first + lowerBound(steps, step);
}

/** Index of the first of some ascending numbers that is at least `wanted`. */
function lowerBound(ascending: Float64Array, wanted: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
