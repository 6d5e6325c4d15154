import { AppError } from '../../preload/contract/errors.ts';
import type { RunId, RunRow } from '../../preload/contract/vocabulary.ts';
import { ActiveRun, hasEnded } from './activeRun.ts';
import { isoNow, type RunServiceHost } from './host.ts';
import { nextRun } from './queue.ts';
import { recover, type StartReport } from './recovery.ts';

/** How quitting ends what trains: keep the work and probe it, or save where it stands and go on from there at the next start. */
export type ShutdownMode = 'stop' | 'pause';

/** How a process means to use the runs. */
export interface StartOptions {
  /** False: nothing is trained here, as in a command that only looks. */
  readonly workQueue?: boolean;
}

const RETRY_MS = 10_000;

/** Works the queue: starts trainers while devices have free slots, and passes on what the user asks for. */
export class Supervisor {
  private readonly host: RunServiceHost;
  private readonly running = new Map<RunId, ActiveRun>();
  private readonly waiters = new Map<RunId, ((row: RunRow) => void)[]>();
  private open = false;

  constructor(host: RunServiceHost) {
    this.host = host;
  }

  /** Puts the workspace right and, unless told otherwise, starts working the queue; does nothing on a read-only workspace. */
  async start({ workQueue = true }: StartOptions = {}): Promise<StartReport> {
    if (this.host.store.readOnly || this.open) return { crashed: [], problems: [] };
    const report = await recover(this.host);
    this.open = workQueue;
    this.pump();
    return report;
  }

  /** Starts whatever may start now. */
  pump(): void {
    while (this.open) {
      const next = nextRun(this.host.store, this.running);
      if (!next) return;
      this.begin(next.id, next.device);
    }
  }

  active(): number {
    return this.running.size;
  }

  /** @throws AppError conflict */
  pause(ids: readonly RunId[]): void {
    this.demand(ids, ['starting', 'running'], 'paused', 'Only a run that is under way can be paused.');
    for (const id of ids) this.activeOf(id).pause();
  }

  /** Goes on with paused runs, and queues ended ones to go on from their last checkpoint. @throws AppError conflict */
  async resume(ids: readonly RunId[]): Promise<void> {
    this.demand(
      ids,
      ['paused', 'stopped', 'failed', 'crashed'],
      'resumed',
      'A finished run can be extended or cloned.',
    );
    for (const id of ids) {
      if (this.host.store.runs.row(id).status === 'paused') await this.activeOf(id).resume();
      else if (this.running.has(id)) throw stillEnding(this.host.store.runs.row(id));
      else this.change(id, { status: 'queued', reason: null });
    }
    this.pump();
  }

  /** @throws AppError conflict */
  stop(ids: readonly RunId[]): void {
    this.demand(ids, ['queued', 'starting', 'running', 'paused'], 'stopped', 'It has ended already.');
    for (const id of ids) {
      if (this.host.store.runs.row(id).status !== 'queued') this.activeOf(id).stop();
      else
        this.noteEnd(
          this.change(id, { status: 'stopped', reason: 'Taken out of the queue.', ended: isoNow(this.host) }),
        );
    }
  }

  /** Starts nothing more and ends what trains. */
  async shutdown(mode: ShutdownMode): Promise<void> {
    this.open = false;
    const runs = [...this.running.values()];
    if (mode === 'stop') for (const run of runs) run.stop();
    await Promise.all(runs.map((run) => (mode === 'stop' ? run.released : run.leave())));
  }

  /** Resolves with the row once the run is over and its process gone. */
  whenEnded(id: RunId): Promise<RunRow> {
    const row = this.host.store.runs.row(id);
    if (hasEnded(row) && !this.running.has(id)) return Promise.resolve(row);
    return new Promise((resolve) => this.waiters.set(id, [...(this.waiters.get(id) ?? []), resolve]));
  }

  private begin(id: RunId, device: string): void {
    const run = new ActiveRun(this.host, id, device);
    this.running.set(id, run);
    this.host.hooks?.activeChanged?.(this.running.size);
    void run.begin();
    void run.released.then(() => this.release(id));
  }

  private release(id: RunId): void {
    this.running.delete(id);
    this.host.hooks?.activeChanged?.(this.running.size);
    const row = this.host.store.runs.row(id);
    this.noteEnd(row);
    // Not even its row could be written, as on a full disk: not at once again.
    if (row.status === 'queued' && this.open) setTimeout(() => this.pump(), RETRY_MS).unref();
    else this.pump();
  }

  private noteEnd(row: RunRow): void {
    if (!hasEnded(row)) return;
    this.host.hooks?.ended?.(row);
    const waiting = this.waiters.get(row.id) ?? [];
    this.waiters.delete(row.id);
    for (const resolve of waiting) resolve(row);
  }

  /** Either all of the runs are in one of the statuses, or nothing is done. */
  private demand(
    ids: readonly RunId[],
    statuses: readonly RunRow['status'][],
    verb: string,
    hint: string,
  ): void {
    const { readOnlyReason } = this.host.store;
    if (readOnlyReason !== null)
      throw new AppError({
        code: 'readOnly',
        message: `This workspace is open read-only here: ${readOnlyReason}`,
      });
    for (const id of ids) {
      const { name, status } = this.host.store.runs.row(id);
      if (!statuses.includes(status))
        throw new AppError({
          code: 'conflict',
          message: `Run ${name} is ${status} and cannot be ${verb}.`,
          hint,
        });
    }
  }

  private activeOf(id: RunId): ActiveRun {
    const run = this.running.get(id);
    if (run) return run;
    const { name, status } = this.host.store.runs.row(id);
    throw new AppError({
      code: 'conflict',
      message: `Run ${name} is ${status}, but no trainer of this process works on it.`,
      hint: 'Start Pretext again.',
    });
  }

  private change(id: RunId, change: Parameters<RunServiceHost['store']['runs']['change']>[1]): RunRow {
    const row = this.host.store.runs.change(id, change);
    this.host.announce('run.changed', row);
    return row;
  }
}

function stillEnding(row: RunRow): AppError {
  return new AppError({
    code: 'conflict',
    message: `The trainer of run ${row.name} is still ending.`,
    hint: 'Try again in a few seconds.',
  });
}
