import { toPlainError, type PlainError } from '../../preload/contract/errors.ts';
import type { AuditId, DatasetId, JobId, JobRow, MethodEntry, RunId, RunRow } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import { BUILT_IN } from './datasets.svelte.ts';
import type { Jobs } from './jobs.svelte.ts';

export type TourStep = 'idle' | 'importing' | 'training' | 'auditing' | 'done';

/** Small enough to end within minutes on two cores, large enough to show the known answer. */
const SAMPLES = 6000;
const EPOCHS = 3;
const CORRELATION = 0.9;
const OVER: readonly RunRow['status'][] = ['finished', 'stopped', 'failed', 'crashed'];

/** The built-in experiment, end to end by one click: import, pretrain every method's run, audit them side by side. */
export class Tour {
  readonly #client: Client;
  readonly #jobs: Jobs;
  #step: TourStep = $state('idle');
  #job: JobId | null = $state(null);
  #runs: readonly RunId[] = $state.raw([]);
  #audit: AuditId | null = $state(null);
  #error: PlainError | null = $state.raw(null);

  constructor(client: Client, jobs: Jobs) {
    this.#client = client;
    this.#jobs = jobs;
  }

  get step(): TourStep {
    return this.#step;
  }

  get job(): JobId | null {
    return this.#job;
  }

  get runs(): readonly RunId[] {
    return this.#runs;
  }

  get audit(): AuditId | null {
    return this.#audit;
  }

  get error(): PlainError | null {
    return this.#error;
  }

  /** Runs all of it; a failure ends it with its reason. */
  async start(methods: readonly MethodEntry[]): Promise<void> {
    if (this.#step !== 'idle' && this.#step !== 'done') return;
    this.#error = null;
    this.#audit = null;
    try {
      const dataset = await this.#import();
      this.#runs = await this.#launch(dataset, methods);
      await Promise.all(this.#runs.map((id) => this.#whenOver(id)));
      this.#audit = await this.#assess(this.#runs);
      this.#step = 'done';
    } catch (cause) {
      this.#error = toPlainError(cause);
      this.#step = 'idle';
    }
  }

  async #import(): Promise<DatasetId> {
    this.#step = 'importing';
    const options = { name: 'Coloured digits', correlation: CORRELATION, limit: SAMPLES };
    return this.#finish(await this.#client.call('datasets.import', { path: BUILT_IN, options }));
  }

  async #launch(dataset: DatasetId, methods: readonly MethodEntry[]): Promise<readonly RunId[]> {
    this.#step = 'training';
    const launched: RunId[] = [];
    for (const method of methods) {
      const defaults = await this.#client.call('config.defaults', { dataset, method: method.id });
      // Without colour changes the encoder may keep the colour: what the audit then shows is the point of the tour.
      const views = defaults.views.filter((view) => !['colourJitter', 'grayscale'].includes(view.id));
      const primary = { metric: 'accuracy', feature: 'alignment', group: 'aligned', reference: 'conflicting' };
      const config = { ...defaults, views, epochs: EPOCHS, audit: { ...defaults.audit, primary } };
      launched.push(...(await this.#client.call('runs.launch', { config, name: `tour ${method.title}` })));
    }
    return launched;
  }

  async #assess(runs: readonly RunId[]): Promise<AuditId> {
    this.#step = 'auditing';
    const details = await Promise.all(runs.map((id) => this.#client.call('runs.get', { id })));
    const usable = details.filter((run) => run.status === 'finished');
    const first = usable[0];
    if (!first) throw new Error('No run of the tour finished; their pages say why.');
    const options = { features: [...first.config.audit.features], metrics: ['accuracy', 'truePositiveRate', 'falsePositiveRate', 'selectionRate'], primary: first.config.audit.primary };
    const job = await this.#client.call('audits.create', { runs: usable.map((run) => run.id), name: 'Tour: does colour decide?', options });
    return this.#finish(job);
  }

  async #finish(job: JobId): Promise<string> {
    this.#job = job;
    return resultOf(await this.#jobs.whenOver(job));
  }

  #whenOver(id: RunId): Promise<void> {
    return new Promise((resolve) => {
      const look = (row: RunRow): void => {
        if (row.id !== id || !OVER.includes(row.status)) return;
        end();
        resolve();
      };
      const end = this.#client.on('run.changed', look);
      // It may have ended before anybody listened.
      void this.#client.attempt('runs.get', { id }).then((row) => row && look(row));
    });
  }
}

/** What a job made. @throws its error if it made nothing */
export function resultOf(job: JobRow): string {
  if (job.state === 'finished' && job.result !== null) return job.result;
  throw new Error(job.error ? `${job.error.message} ${job.error.hint}`.trim() : `${job.title}: ${job.state}.`);
}
