import type { JobId, JobRow } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';

const OVER: readonly JobRow['state'][] = ['finished', 'failed', 'cancelled'];

/** True once a job will change no more. */
export function isOver(job: JobRow): boolean {
  return OVER.includes(job.state);
}

/** Imports, audits and exports under way, kept current by events. */
export class Jobs {
  readonly #client: Client;
  readonly #waiting = new Map<JobId, (job: JobRow) => void>();
  #rows: readonly JobRow[] = $state.raw([]);

  constructor(client: Client) {
    this.#client = client;
    client.on('job.changed', (job) => this.#take(job));
  }

  get rows(): readonly JobRow[] {
    return this.#rows;
  }

  get running(): readonly JobRow[] {
    return this.#rows.filter((job) => !isOver(job));
  }

  byId(id: JobId): JobRow | null {
    return this.#rows.find((job) => job.id === id) ?? null;
  }

  async load(): Promise<void> {
    const rows = await this.#client.attempt('jobs.list', {});
    for (const job of rows ?? []) this.#take(job);
  }

  /** Resolves with the job once it is over, however it ended. */
  async whenOver(id: JobId): Promise<JobRow> {
    const over = new Promise<JobRow>((resolve) => this.#waiting.set(id, resolve));
    // It may have ended before anybody listened.
    const job = await this.#client.attempt('jobs.get', { id });
    if (job) this.#take(job);
    return over;
  }

  async cancel(id: JobId): Promise<void> {
    await this.#client.done('jobs.cancel', { id });
  }

  #take(job: JobRow): void {
    const known = this.#rows.some((old) => old.id === job.id);
    this.#rows = known ? this.#rows.map((old) => (old.id === job.id ? job : old)) : [job, ...this.#rows];
    if (!isOver(job)) return;
    this.#waiting.get(job.id)?.(job);
    this.#waiting.delete(job.id);
  }
}
