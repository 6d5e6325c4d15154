import type { Announce } from '../../preload/contract/events.ts';
import type { ComputeCost, LogLine, RunId, RunProgress } from '../../preload/contract/vocabulary.ts';
import type { RunChange, Store } from '../store/index.ts';
import type { NumberedPoint } from './protocol.ts';

/** What an outbox works with. */
export interface OutboxHost {
  readonly store: Store;
  readonly announce: Announce;
  /** Milliseconds between two flushes. */
  readonly flushMs: number;
  /** A flush failed; its points are still in the journal. */
  readonly onError: (cause: unknown) => void;
}

/**
 * Gathers what a trainer says about one run and stores it in one transaction per flush, at most once per `flushMs`; then the windows hear
 * of it. Points are safe meanwhile: the trainer wrote them to its journal first.
 */
export class Outbox {
  private readonly host: OutboxHost;
  private readonly run: RunId;
  private points: NumberedPoint[] = [];
  private lines: Omit<LogLine, 'seq'>[] = [];
  private change: RunChange = {};
  private timer: NodeJS.Timeout | null = null;

  constructor(host: OutboxHost, run: RunId) {
    this.host = host;
    this.run = run;
  }

  addPoints(points: readonly NumberedPoint[]): void {
    for (const point of points) this.points.push(point);
    this.arm();
  }

  addLines(lines: readonly Omit<LogLine, 'seq'>[]): void {
    for (const line of lines) this.lines.push(line);
    this.arm();
  }

  setProgress(progress: RunProgress, cost: ComputeCost): void {
    this.change = { progress, cost };
    this.arm();
  }

  /** Stores and announces everything now. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { points, lines, change } = this;
    if (points.length === 0 && lines.length === 0 && Object.keys(change).length === 0) return;
    [this.points, this.lines, this.change] = [[], [], {}];
    try {
      this.commit(points, lines, change);
    } catch (cause) {
      // The journal has the points; nothing else has these.
      this.lines = [...lines, ...this.lines];
      this.change = { ...change, ...this.change };
      this.host.onError(cause);
    }
  }

  private commit(
    points: readonly NumberedPoint[],
    lines: readonly Omit<LogLine, 'seq'>[],
    change: RunChange,
  ): void {
    const { store, announce } = this.host;
    const { run } = this;
    const stored = store.transaction(() => {
      store.points.append(run, points);
      return { numbered: store.logs.append(run, lines), row: store.runs.change(run, change) };
    });
    if (points.length > 0)
      announce('run.points', { run, points: points.map(({ seq: _seq, ...point }) => point) });
    if (stored.numbered.length > 0) announce('run.log', { run, lines: stored.numbered });
    announce('run.changed', stored.row);
  }

  private arm(): void {
    this.timer ??= setTimeout(() => this.flush(), this.host.flushMs);
  }
}
