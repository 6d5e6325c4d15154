import { AppError } from '../../../preload/contract/errors.ts';
import type { MetricPoint, MetricSummary, RunId, Series } from '../../../preload/contract/vocabulary.ts';
import type { WorkspaceDatabase } from '../database.ts';
import { demandRoom, type FreeBytes } from '../diskRoom.ts';
import type { PointStore } from '../store.ts';
import { CHUNK } from './blocks.ts';
import { bucketise } from './buckets.ts';
import { isKnown, withSeq, type KnownSeqs } from './knownSeqs.ts';
import { indexOfStep, readBlocks, readPoints, type SeriesExtent } from './seriesReader.ts';
import { SeriesWriter, type PlainPoint, type SeriesRow } from './seriesWriter.ts';

type Numbered = MetricPoint & { readonly seq: number };

/** What is kept in memory of a run that is being written. */
interface RunWriters {
  known: KnownSeqs;
  readonly series: Map<string, SeriesWriter>;
}

/** Runs whose writers stay in memory. */
const MOST_RUNS = 32;
/** Rough bytes per point on the disk, for the check of room. */
const POINT_BYTES = 64;

/** Points of runs: packed chunks with summaries above them, appended in one transaction per batch. */
export function pointStore(db: WorkspaceDatabase, path: string, freeBytes: FreeBytes): PointStore {
  const writers = new Map<RunId, RunWriters>();
  db.onRollback(() => writers.clear());
  return {
    append: (run, points) => {
      db.assertWritable();
      points.forEach(validate);
      if (points.length > 0) demandRoom(freeBytes, path, points.length * POINT_BYTES, 'points');
      db.transaction(() => append(db, run, writersOf(db, writers, run), points));
    },
    nextSeq: (run) => knownOf(db, run).next,
    metrics: (run) => rowsOf(db, run).map((row) => row.metric),
    series: (query) =>
      query.runs.flatMap((run) => query.metrics.flatMap((metric) => readSeries(db, run, metric, query))),
    all: (run) => everyPoint(db, run),
    count: (run) => rowsOf(db, run).reduce((sum, row) => sum + row.count, 0),
  };
}

function validate(point: Numbered): void {
  const { seq, metric, step, epoch, time, value } = point;
  const fits =
    isCount(seq) &&
    isCount(step) &&
    typeof metric === 'string' &&
    metric.length > 0 &&
    metric.length <= 200 &&
    Number.isFinite(epoch) &&
    Number.isFinite(time) &&
    typeof value === 'number';
  if (fits) return;
  throw new AppError({
    code: 'usage',
    message: `A point must have a metric's name, whole seq and step from 0 on, finite epoch and time, and a number as value; got ${JSON.stringify(point)}.`,
  });
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function append(db: WorkspaceDatabase, run: RunId, state: RunWriters, points: readonly Numbered[]): void {
  const before = state.known;
  const byMetric = new Map<string, Numbered[]>();
  for (const point of points) {
    if (isKnown(state.known, point.seq)) continue;
    state.known = withSeq(state.known, point.seq);
    const group = byMetric.get(point.metric);
    if (group) group.push(point);
    else byMetric.set(point.metric, [point]);
  }
  if (state.known === before) return;
  for (const [metric, group] of byMetric) appendSorted(db, writerOf(db, state, run, metric), group);
  db.run(
    'UPDATE runs SET next_seq = ?, gaps = ?, metrics = ? WHERE id = ?',
    ...[state.known.next, JSON.stringify(state.known.gaps), JSON.stringify(summaries(state)), run],
  );
}

function appendSorted(db: WorkspaceDatabase, writer: SeriesWriter, points: readonly PlainPoint[]): void {
  const sorted = inOrder(points);
  const fresh = sorted.filter((point) => point.step > writer.lastStep);
  const late =
    fresh.length === sorted.length ? [] : missing(db, writer, sorted.slice(0, sorted.length - fresh.length));
  if (late.length > 0) rewrite(db, writer, [...late, ...fresh]);
  else if (fresh.length > 0) writer.append(fresh);
}

/** Ascending in step; of equal steps the first stays. */
function inOrder(points: readonly PlainPoint[]): readonly PlainPoint[] {
  const ascending = points.every((point, i) => i === 0 || point.step > (points[i - 1]?.step ?? -1));
  if (ascending) return points;
  const sorted = points.toSorted((a, b) => a.step - b.step);
  return sorted.filter((point, i) => point.step !== sorted[i - 1]?.step);
}

/** Those of some points before the end of a series whose step is not stored. */
function missing(
  db: WorkspaceDatabase,
  writer: SeriesWriter,
  points: readonly PlainPoint[],
): readonly PlainPoint[] {
  const extent = { id: writer.id, count: writer.count, sealed: 0 };
  const from = indexOfStep(db, extent, points[0]?.step ?? 0);
  const to = indexOfStep(db, extent, (points.at(-1)?.step ?? 0) + 1);
  const known = new Set(readPoints(db, writer.id, from, to).step);
  return points.filter((point) => !known.has(point.step));
}

/** Points that come late, after a batch that failed, are put in their place by writing the series anew. */
function rewrite(db: WorkspaceDatabase, writer: SeriesWriter, points: readonly PlainPoint[]): void {
  const { step, epoch, time, value } = readPoints(db, writer.id, 0, writer.count);
  const stored = Array.from(step, (at, i) => ({
    step: at,
    epoch: epoch[i] ?? 0,
    time: time[i] ?? 0,
    value: value[i] ?? NaN,
  }));
  writer.clear();
  writer.append(inOrder([...stored, ...points]));
}

function writersOf(db: WorkspaceDatabase, all: Map<RunId, RunWriters>, run: RunId): RunWriters {
  const present = all.get(run) ?? load(db, run);
  all.delete(run);
  all.set(run, present);
  const [oldest] = all.keys();
  if (all.size > MOST_RUNS && oldest !== undefined) all.delete(oldest);
  return present;
}

function load(db: WorkspaceDatabase, run: RunId): RunWriters {
  const series = rowsOf(db, run).map((row) => [row.metric, new SeriesWriter(db, row)] as const);
  return { known: knownOf(db, run), series: new Map(series) };
}

function writerOf(db: WorkspaceDatabase, state: RunWriters, run: RunId, metric: string): SeriesWriter {
  const present = state.series.get(metric);
  if (present) return present;
  db.run('INSERT INTO series (run, metric) VALUES (?, ?)', run, metric);
  const row = rowOf(db, run, metric);
  if (!row) throw new AppError({ code: 'internal', message: `Series ${metric} of run ${run} was not made.` });
  const made = new SeriesWriter(db, row);
  state.series.set(metric, made);
  return made;
}

function summaries(state: RunWriters): Readonly<Record<string, MetricSummary>> {
  const entries = Array.from(state.series.values(), ({ metric, last, min, max, count }) => [
    metric,
    { last, min, max, count },
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, MetricSummary>>;
}

function knownOf(db: WorkspaceDatabase, run: RunId): KnownSeqs {
  const row = db.get<{ next_seq: number; gaps: string }>('SELECT next_seq, gaps FROM runs WHERE id = ?', run);
  if (row) return { next: row.next_seq, gaps: JSON.parse(row.gaps) as KnownSeqs['gaps'] };
  throw new AppError({
    code: 'notFound',
    message: `There is no run ${run} in this workspace.`,
    hint: 'List runs with: pretext runs list.',
  });
}

const COLUMNS = 'id, metric, count, sealed, last_step, last, min, max';

function rowsOf(db: WorkspaceDatabase, run: RunId): readonly SeriesRow[] {
  return db.all<SeriesRow>(`SELECT ${COLUMNS} FROM series WHERE run = ? ORDER BY id`, run);
}

function rowOf(db: WorkspaceDatabase, run: RunId, metric: string): SeriesRow | undefined {
  return db.get<SeriesRow>(`SELECT ${COLUMNS} FROM series WHERE run = ? AND metric = ?`, run, metric);
}

/** A run without that metric has no series, which is not an error: runs of different methods are charted together. */
function readSeries(
  db: WorkspaceDatabase,
  run: RunId,
  metric: string,
  query: { readonly buckets: number; readonly from: number | null; readonly to: number | null },
): readonly Series[] {
  const row = rowOf(db, run, metric);
  if (!row || row.count === 0) return [];
  const extent: SeriesExtent = row;
  const from = query.from === null ? 0 : indexOfStep(db, extent, query.from);
  const to = query.to === null ? row.count : indexOfStep(db, extent, Math.floor(query.to) + 1);
  const pieces = readBlocks(db, extent, from, to, query.buckets);
  return [{ run, metric, count: Math.max(0, to - from), ...bucketise(pieces, query.buckets) }];
}

function* everyPoint(db: WorkspaceDatabase, run: RunId): Generator<MetricPoint> {
  for (const { id, metric, count } of rowsOf(db, run)) {
    for (let from = 0; from < count; from += CHUNK) {
      const { step, epoch, time, value } = readPoints(db, id, from, Math.min(count, from + CHUNK));
      for (let i = 0; i < step.length; i++)
        yield {
          metric,
          step: step[i] ?? 0,
          epoch: epoch[i] ?? 0,
          time: time[i] ?? 0,
          value: value[i] ?? NaN,
        };
    }
  }
}
