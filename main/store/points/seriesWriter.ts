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
  summarise,
  type BlockColumns,
  type PointColumns,
} from './blocks.ts';
import { decodeColumns, encodeColumns } from './columns.ts';

/** One point without its metric's name. */
export interface PlainPoint {
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
  readonly value: number;
}

/** The row of a series. */
export interface SeriesRow {
  readonly id: number;
  readonly metric: string;
  readonly count: number;
  readonly sealed: number;
  readonly last_step: number;
  readonly last: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** More rows than this in the growing tail are merged into one. */
const MOST_SEGMENTS = 32;

/**
 * Appends points of one metric of one run in order of step. The last, not yet full chunk (the tail) is kept in memory beside its rows, so
 * that neither an append nor the sealing of a chunk reads anything.
 */
export class SeriesWriter {
  readonly id: number;
  readonly metric: string;
  count = 0;
  lastStep = -1;
  last: number | null = null;
  min: number | null = null;
  max: number | null = null;
  private readonly db: WorkspaceDatabase;
  private readonly tail: PointColumns = makePoints(CHUNK);
  /** Blocks of each level's last page. */
  private readonly pages: readonly BlockColumns[] = LEVELS.map(() => makeBlocks(PAGE));
  private sealed = 0;
  /** Points of the tail that have rows already. */
  private stored = 0;
  private segments = 0;

  constructor(db: WorkspaceDatabase, row: SeriesRow) {
    this.db = db;
    this.id = row.id;
    this.metric = row.metric;
    if (row.count > 0) this.load(row);
  }

  /** @param points ascending in step, all beyond `lastStep` */
  append(points: readonly PlainPoint[]): void {
    for (const point of points) {
      const at = this.count - this.sealed;
      this.tail.step[at] = point.step;
      this.tail.epoch[at] = point.epoch;
      this.tail.time[at] = point.time;
      this.tail.value[at] = point.value;
      this.count += 1;
      this.include(point);
      if (at + 1 === CHUNK) this.seal();
    }
    this.storeTail();
    this.db.run(
      'UPDATE series SET count = ?, sealed = ?, last_step = ?, last = ?, min = ?, max = ? WHERE id = ?',
      ...[this.count, this.sealed, this.lastStep, this.last, this.min, this.max, this.id],
    );
  }

  /** Forgets every stored point, to write the series anew. */
  clear(): void {
    this.db.run('DELETE FROM chunks WHERE series = ?', this.id);
    this.db.run('DELETE FROM tiers WHERE series = ?', this.id);
    [this.count, this.sealed, this.stored, this.segments, this.lastStep] = [0, 0, 0, 0, -1];
    [this.last, this.min, this.max] = [null, null, null];
  }

  private include({ step, value }: PlainPoint): void {
    const finite = Number.isFinite(value);
    this.lastStep = step;
    this.last = finite ? value : null;
    if (!finite) return;
    this.min = this.min === null ? value : Math.min(this.min, value);
    this.max = this.max === null ? value : Math.max(this.max, value);
  }

  /** Turns the full tail into a chunk and adds the blocks that are now complete. Pages end where chunks end. */
  private seal(): void {
    this.dropSegments();
    this.insert(0, CHUNK);
    for (const level of LEVELS) this.addBlocks(level);
    this.sealed += CHUNK;
    [this.stored, this.segments] = [0, 0];
  }

  private addBlocks(level: number): void {
    const from = this.blocks(level, 0);
    const to = this.blocks(level, CHUNK);
    const source = level === 1 ? asBlocks(this.tail) : this.page(level - 1);
    const fan = blockSize(level) / blockSize(level - 1);
    for (let block = from; block < to; block++) {
      const at = level === 1 ? (block - from) * fan : (block * fan) % PAGE;
      summarise(source, at, at + fan, this.page(level), block % PAGE);
    }
    if (to > from) this.storePage(level, Math.floor((to - 1) / PAGE), ((to - 1) % PAGE) + 1);
  }

  private storePage(level: number, page: number, count: number): void {
    this.db.run(
      'INSERT INTO tiers (series, level, page, data) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data',
      ...[this.id, level, page, encodeColumns(listBlocks(this.page(level)), count)],
    );
  }

  private storeTail(): void {
    const size = this.count - this.sealed;
    if (size === this.stored) return;
    if (this.segments < MOST_SEGMENTS) {
      this.insert(this.stored, size);
      this.segments += 1;
    } else {
      this.dropSegments();
      this.insert(0, size);
      this.segments = 1;
    }
    this.stored = size;
  }

  private dropSegments(): void {
    if (this.segments > 0)
      this.db.run('DELETE FROM chunks WHERE series = ? AND first >= ?', this.id, this.sealed);
  }

  private insert(from: number, to: number): void {
    const columns = listPoints(this.tail).map((column) => column.subarray(from, to));
    this.db.run(
      'INSERT INTO chunks (series, first, n, step_to, data) VALUES (?, ?, ?, ?, ?)',
      ...[this.id, this.sealed + from, to - from, this.tail.step[to - 1] ?? 0],
      encodeColumns(columns, to - from),
    );
  }

  private load(row: SeriesRow): void {
    this.count = row.count;
    this.sealed = row.sealed;
    this.lastStep = row.last_step;
    [this.last, this.min, this.max] = [row.last, row.min, row.max];
    const segments = this.db.all<{ data: Uint8Array }>(
      'SELECT data FROM chunks WHERE series = ? AND first >= ? ORDER BY first',
      ...[this.id, this.sealed],
    );
    for (const { data } of segments) this.stored += decodeColumns(data, listPoints(this.tail), this.stored);
    this.segments = segments.length;
    for (const level of LEVELS) this.loadPage(level);
  }

  private loadPage(level: number): void {
    const row = this.db.get<{ data: Uint8Array }>(
      'SELECT data FROM tiers WHERE series = ? AND level = ? AND page = ?',
      ...[this.id, level, Math.floor(this.blocks(level, 0) / PAGE)],
    );
    if (row) decodeColumns(row.data, listBlocks(this.page(level)), 0);
  }

  /** Whole blocks of a level within the first `sealed + offset` points. */
  private blocks(level: number, offset: number): number {
    return Math.floor((this.sealed + offset) / blockSize(level));
  }

  private page(level: number): BlockColumns {
    const page = this.pages[level - 1];
    if (!page) throw new RangeError(`There is no level ${level}.`);
    return page;
  }
}
