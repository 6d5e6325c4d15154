import { rm } from 'node:fs/promises';
import { AppError, toPlainError } from '../../preload/contract/errors.ts';
import type { RunId, RunRow, RunStatus } from '../../preload/contract/vocabulary.ts';
import type { RunChange } from '../store/index.ts';
import { describeExit } from './exitReason.ts';
import { isoNow, timingOf, type RunServiceHost } from './host.ts';
import { journalOf, replayJournal } from './journal.ts';
import { adoptCheckpoint, adoptLeftCheckpoints, forgetTrainer, noteTrainer } from './leftovers.ts';
import { Outbox } from './outbox.ts';
import { pretrainJobOf } from './pretrainJob.ts';
import type {
  FromTrainer,
  PretrainJob,
  ToTrainer,
  TrainerExit,
  TrainerPort,
  WrittenFile,
} from './protocol.ts';
import { Watchdog } from './watchdog.ts';

type Message<T extends FromTrainer['type']> = Extract<FromTrainer, { type: T }>;

/** How a run ended, or why it goes back to the queue. */
interface Ending {
  readonly status: 'finished' | 'stopped' | 'failed' | 'crashed' | 'queued';
  readonly reason: string | null;
}

/**
 * One run with its trainer process, from starting to the end of the process. What must wait (files to hash) is done one after the other in
 * `work`, so that an end is recorded only after everything before it.
 */
export class ActiveRun {
  readonly id: RunId;
  readonly device: string;
  /** Resolves when the process is gone and the run's row says so. */
  readonly released: Promise<void>;
  private readonly host: RunServiceHost;
  private readonly outbox: Outbox;
  private port: TrainerPort | null = null;
  private watchdog: Watchdog | null = null;
  private job: PretrainJob | null = null;
  /** What the user asked for before the trainer was ready. */
  private waiting: ToTrainer[] = [];
  /** What the user asked for last; a stop is final. */
  private wish: 'go' | 'pause' | 'stop' = 'go';
  /** Pretext is being closed. */
  private leaving = false;
  private ready = false;
  private work: Promise<void> = Promise.resolve();
  private ending: Ending | null = null;
  /** Points were not stored; the journal has them. */
  private owed = false;
  private release: () => void = () => undefined;

  constructor(host: RunServiceHost, id: RunId, device: string) {
    [this.host, this.id, this.device] = [host, id, device];
    this.released = new Promise((resolve) => (this.release = resolve));
    this.outbox = new Outbox(
      {
        store: host.store,
        announce: host.announce,
        flushMs: timingOf(host).flush,
        onError: (cause) => this.unstored(cause),
      },
      id,
    );
  }

  /** Launches the trainer; whatever goes wrong before it runs fails the run. */
  async begin(): Promise<void> {
    const { store } = this.host;
    try {
      const { started } = store.runs.row(this.id);
      this.change({
        ...{ status: 'starting', reason: null, ended: null },
        ...(started === null ? { started: isoNow(this.host) } : {}),
      });
      this.job = await pretrainJobOf(this.host, this.id);
      if (this.waiting.some(({ type }) => type === 'stop' || type === 'exit')) {
        this.ending ??= { status: 'stopped', reason: 'Stopped before training began.' };
        await this.close(null);
      } else this.launch();
    } catch (cause) {
      this.ending = { status: 'failed', reason: sentenceOf(cause) };
      if (this.port) void this.port.stop(0);
      else await this.close(null);
    }
  }

  pause(): void {
    if (this.wish === 'go') this.wish = 'pause';
    this.tell({ type: 'pause' });
  }

  /** Goes on after a pause; points that a full disk kept out are stored first. @throws AppError diskFull */
  async resume(): Promise<void> {
    if (this.owed) {
      await replayJournal(this.host.store, this.id, { keep: true });
      this.owed = false;
    }
    if (this.wish === 'pause') this.wish = 'go';
    this.tell({ type: 'resume' });
  }

  stop(): void {
    this.wish = 'stop';
    this.tell({ type: 'stop' });
  }

  /**
   * Ends because Pretext is closed. The trainer saves where it stands, or ends what it was told to stop, if that takes no longer than the timing's
   * `save`; else the last checkpoint has to do. What trained goes back to the head of the queue; what the user held stays with them.
   */
  async leave(): Promise<void> {
    this.leaving = true;
    if (!this.ready) {
      this.ending ??= leftEnding(this.wish, false);
      this.waiting.push({ type: 'exit' });
      await this.port?.stop(timingOf(this.host).grace);
    } else if (!this.ending) {
      if (this.wish !== 'stop') this.port?.send({ type: 'leave' });
      const late = setTimeout(() => this.leaveUnsaved(), timingOf(this.host).save);
      void this.released.then(() => clearTimeout(late));
    }
    await this.released;
  }

  private leaveUnsaved(): void {
    this.ending ??= leftEnding(this.wish, false);
    void this.port?.stop(0);
  }

  private launch(): void {
    const port = this.host.launcher.launch(`run ${this.id}`);
    this.port = port;
    this.watchdog = new Watchdog(timingOf(this.host).silence, () => this.silent());
    port.onMessage((message) => this.hear(message));
    port.onExit((exit) => this.then(() => this.close(exit)));
  }

  private tell(message: ToTrainer): void {
    if (this.ready) this.port?.send(message);
    else this.waiting.push(message);
  }

  private hear(message: FromTrainer): void {
    this.watchdog?.feed();
    if ('job' in message && message.job !== this.id) return;
    try {
      this.handle(message);
    } catch (cause) {
      this.fault(cause);
    }
  }

  private handle(message: FromTrainer): void {
    switch (message.type) {
      case 'ready':
        return this.giveJob();
      case 'state':
        return this.changeState(message.state);
      case 'engine':
        return this.keepEngine(message);
      case 'progress':
        return this.outbox.setProgress(message.progress, message.cost);
      case 'points':
        return this.outbox.addPoints(message.points);
      case 'log':
        return this.outbox.addLines(message.lines);
      case 'alarm':
        return this.change({ alarm: message.alarm });
      case 'checkpoint':
        return this.then(() => this.keepCheckpoint(message));
      case 'file':
        return this.then(() => this.keepFile(message.file));
      case 'left':
        return this.then(() => this.end(leftEnding(this.wish, true)));
      case 'finished':
        return this.then(() => this.finish(message));
      case 'failed':
        return this.then(() =>
          this.end({ status: 'failed', reason: sentenceOf(new AppError(message.error)) }),
        );
      default:
        return undefined;
    }
  }

  private giveJob(): void {
    const { job, port } = this;
    if (!job || !port) return;
    // Not before: some launchers know the process's number only now, and without a job it writes nothing.
    noteTrainer(job.directory, port.pid);
    port.send({ type: 'job', job });
    this.ready = true;
    for (const message of this.waiting.splice(0)) port.send(message);
  }

  private changeState(state: 'running' | 'paused'): void {
    this.outbox.flush();
    const { status, reason } = this.host.store.runs.row(this.id);
    // A pause that Pretext itself asked for keeps its reason.
    if (status !== state) this.change({ status: state, reason: state === 'paused' ? reason : null });
  }

  private keepEngine({ report }: Message<'engine'>): void {
    const { provenance } = this.host.store.runs.get(this.id);
    this.change({ provenance: { ...provenance, engine: report } });
  }

  private async keepCheckpoint({ file, step, epoch, final }: Message<'checkpoint'>): Promise<void> {
    await adoptCheckpoint(
      this.host.store,
      this.id,
      file.path,
      { kind: final, step, epoch },
      isoNow(this.host),
    );
    this.announceRow();
  }

  private async keepFile({ path, kind, name }: WrittenFile): Promise<void> {
    const { store } = this.host;
    const { digest, size } = await store.artefacts.adopt(path, { keep: true });
    store.runs.addArtefact(this.id, { digest, kind, name, size, created: isoNow(this.host) });
    await rm(path, { force: true });
  }

  private async finish({ stopped, results, cost }: Message<'finished'>): Promise<void> {
    this.outbox.flush();
    // Everything was stored as it came: the journal need not be read again.
    if (!this.owed) await rm(journalOf(this.host.store.runs.directory(this.id)), { force: true });
    this.change({ results, cost });
    await this.end(
      stopped
        ? { status: 'stopped', reason: 'Stopped by the user; the work until then is kept.' }
        : { status: 'finished', reason: null },
    );
  }

  /** The run has ended; its process is asked to leave. */
  private async end(ending: Ending): Promise<void> {
    this.outbox.flush();
    this.ending = ending;
    void this.port?.stop(timingOf(this.host).grace);
  }

  private silent(): void {
    const seconds = Math.round(timingOf(this.host).silence / 1000);
    this.ending ??= {
      status: 'crashed',
      reason: `The trainer gave no sign of life for ${seconds} seconds and was ended.`,
    };
    void this.port?.stop(0);
  }

  /** The process is gone: everything it left is taken in, then the row says how it ended. */
  private async close(exit: TrainerExit | null): Promise<void> {
    this.watchdog?.end();
    const ending = this.ending ?? this.unforeseen(exit);
    if (exit && ending.status === 'crashed') this.keepLastWords(exit);
    this.outbox.flush();
    const problem = await this.takeLeftovers(ending);
    try {
      const reason = [ending.reason, problem].filter((text) => text !== null).join(' ') || null;
      const { status } = ending;
      this.change(
        status === 'queued' ? { status, reason, first: true } : { status, reason, ended: isoNow(this.host) },
      );
    } catch {
      // The row cannot be written (full disk, closed store): the next start sees that no trainer lives and says so.
    }
    this.release();
  }

  /** A trainer that dies while Pretext is closed has left too, only without saving. */
  private unforeseen(exit: TrainerExit | null): Ending {
    if (this.leaving) return leftEnding(this.wish, false);
    return { status: 'crashed', reason: exit ? describeExit(exit) : null };
  }

  private keepLastWords({ tail }: TrainerExit): void {
    const time = isoNow(this.host);
    this.outbox.addLines(tail.map((text) => ({ time, level: 'error', text })));
  }

  /** @returns a sentence if something could not be taken in; it stays in the run's directory for the next start */
  private async takeLeftovers(ending: Ending): Promise<string | null> {
    const { store } = this.host;
    try {
      const directory = store.runs.directory(this.id);
      forgetTrainer(directory);
      await replayJournal(store, this.id);
      await adoptLeftCheckpoints(store, this.id, isoNow(this.host));
      if (ending.status === 'finished') await rm(directory, { recursive: true, force: true });
      return null;
    } catch (cause) {
      return sentenceOf(cause);
    }
  }

  /** A full disk pauses the run; anything else that could not be stored ends it. */
  private unstored(cause: unknown): void {
    this.owed = true;
    if (!(cause instanceof AppError) || cause.code !== 'diskFull') {
      this.fault(cause);
      return;
    }
    this.pause();
    try {
      this.change({ reason: `Paused: ${sentenceOf(cause)}` });
    } catch {
      // Not even the row could be written; the points are in the journal and the next flush tries again.
    }
  }

  private fault(cause: unknown): void {
    this.ending ??= {
      status: 'failed',
      reason: `Pretext could not keep what the trainer sent: ${sentenceOf(cause)}`,
    };
    void this.port?.stop(0);
  }

  private then(step: () => Promise<void>): void {
    this.work = this.work.then(step).catch((cause: unknown) => this.fault(cause));
  }

  private change(change: RunChange): void {
    this.host.announce('run.changed', this.host.store.runs.change(this.id, change));
  }

  private announceRow(): void {
    this.host.announce('run.changed', this.host.store.runs.row(this.id));
  }
}

/** How a run ends that Pretext's closing interrupted. */
function leftEnding(wish: 'go' | 'pause' | 'stop', saved: boolean): Ending {
  const from = saved ? 'from where it stood' : 'from its last checkpoint';
  if (wish === 'go') return { status: 'queued', reason: `Left when Pretext was closed; it goes on ${from}.` };
  const held = wish === 'pause' ? 'It was paused' : 'It was being stopped';
  return { status: 'stopped', reason: `${held} when Pretext was closed; resume it to go on ${from}.` };
}

/** Statuses in which a run is over. */
export const ENDED: ReadonlySet<RunStatus> = new Set(['finished', 'stopped', 'failed', 'crashed']);

/** Whether a run is over. */
export function hasEnded(row: RunRow): boolean {
  return ENDED.has(row.status);
}

function sentenceOf(cause: unknown): string {
  const { code, message, hint } = toPlainError(cause);
  return code === 'internal' || hint === '' ? message : `${message} ${hint}`;
}
