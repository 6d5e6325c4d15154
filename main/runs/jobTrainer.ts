import { AppError } from '../../preload/contract/errors.ts';
import { describeExit } from './exitReason.ts';
import type { FromTrainer, TrainerJob, TrainerLauncher, TrainerPort } from './protocol.ts';

/** One question to a trainer. */
export interface Question<Answer> {
  readonly job: TrainerJob;
  /** The answer if the message is one, else null. */
  readonly pick: (message: FromTrainer) => Answer | null;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What a cancel does to the trainer: a quick job is left to end, and its answer thrown away; a long one ends with its process. */
  readonly onCancel: 'discard' | 'kill';
}

/** What a job trainer works with. */
export interface JobTrainerHost {
  readonly launcher: TrainerLauncher;
  readonly name: string;
  readonly graceMs: number;
  /** Without work for so long it leaves; it starts again when asked. */
  readonly idleMs: number;
}

interface Process {
  readonly port: TrainerPort;
  readonly ready: Promise<void>;
  listener: ((message: FromTrainer) => void) | null;
  onEnd: ((cause: AppError) => void) | null;
}

/** A trainer process that answers questions one after the other. It starts with the first, and again after it died. */
export class JobTrainer {
  private readonly host: JobTrainerHost;
  private process: Process | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | null = null;

  constructor(host: JobTrainerHost) {
    this.host = host;
  }

  /** @throws AppError cancelled | engine (it died or took too long) | whatever the trainer said */
  ask<Answer>(question: Question<Answer>): Promise<Answer> {
    const { signal } = question;
    if (signal?.aborted) return Promise.reject(cancelled());
    const turn = this.last.then(() => this.run(question));
    this.last = turn.catch(() => undefined);
    if (!signal) return turn;
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(cancelled()), { once: true });
      turn.then(resolve, reject);
    });
  }

  /** Ends the process, if there is one. */
  async close(): Promise<void> {
    if (this.idle) clearTimeout(this.idle);
    const { process } = this;
    this.process = null;
    await process?.port.stop(this.host.graceMs);
  }

  private async run<Answer>(question: Question<Answer>): Promise<Answer> {
    if (question.signal?.aborted) throw cancelled();
    if (this.idle) clearTimeout(this.idle);
    const process = (this.process ??= this.start());
    try {
      return await this.exchange(process, question);
    } finally {
      process.listener = process.onEnd = null;
      this.idle = setTimeout(() => void this.close(), this.host.idleMs);
      this.idle.unref();
    }
  }

  private async exchange<Answer>(process: Process, question: Question<Answer>): Promise<Answer> {
    const { job, timeoutMs, signal, onCancel } = question;
    const done = new AbortController();
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const kill = (cause: AppError): void => {
          this.drop(process);
          reject(cause);
        };
        const timer = setTimeout(() => kill(tooSlow(job, timeoutMs)), timeoutMs);
        done.signal.addEventListener('abort', () => clearTimeout(timer));
        if (onCancel === 'kill')
          signal?.addEventListener('abort', () => kill(cancelled()), { signal: done.signal });
        process.onEnd = reject;
        process.listener = (message) => answer(message, question, resolve, reject);
        void process.ready.then(() => process.port.send({ type: 'job', job }));
      });
    } finally {
      done.abort();
    }
  }

  private start(): Process {
    const port = this.host.launcher.launch(this.host.name);
    let isReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (isReady = resolve));
    const process: Process = { port, ready, listener: null, onEnd: null };
    port.onMessage((message) => (message.type === 'ready' ? isReady() : process.listener?.(message)));
    port.onExit((exit) => {
      if (this.process === process) this.process = null;
      process.onEnd?.(
        new AppError({
          code: 'engine',
          message: describeExit(exit),
          hint: 'Try again; see the engines in Settings.',
        }),
      );
    });
    return process;
  }

  /** The next question gets a new process. */
  private drop(process: Process): void {
    if (this.process === process) this.process = null;
    void process.port.stop(0);
  }
}

function answer<Answer>(
  message: FromTrainer,
  { job, pick }: Question<Answer>,
  resolve: (answer: Answer) => void,
  reject: (cause: AppError) => void,
): void {
  if (!('job' in message) || message.job !== job.id) return;
  if (message.type === 'failed') reject(new AppError(message.error));
  const picked = pick(message);
  if (picked !== null) resolve(picked);
}

function cancelled(): AppError {
  return new AppError({ code: 'cancelled', message: 'Cancelled before there was an answer.' });
}

function tooSlow(job: TrainerJob, timeoutMs: number): AppError {
  return new AppError({
    code: 'engine',
    message: `The trainer gave no answer to ${job.kind} within ${Math.round(timeoutMs / 1000)} seconds and was ended.`,
    hint: 'Try again with less data or a smaller encoder.',
  });
}
