import type { ExperimentId, ExperimentRow, RunId } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import type { Runs } from './runs.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What runs are gathered under: loaded when somebody asks, kept current by events. */
export class Experiments {
  readonly #client: Client;
  readonly #runs: Runs;
  readonly #toasts: Toasts;
  #rows: readonly ExperimentRow[] = $state.raw([]);

  constructor(client: Client, runs: Runs, toasts: Toasts) {
    this.#client = client;
    this.#runs = runs;
    this.#toasts = toasts;
    client.on('experiment.changed', (row) => this.#take(row));
  }

  /** Newest first. */
  get rows(): readonly ExperimentRow[] {
    return this.#rows;
  }

  byId(id: ExperimentId): ExperimentRow | null {
    return this.#rows.find((row) => row.id === id) ?? null;
  }

  async load(): Promise<void> {
    this.#rows = (await this.#client.attempt('experiments.list', {})) ?? this.#rows;
  }

  /** Null after the refusal was shown. */
  async create(name: string): Promise<ExperimentRow | null> {
    const row = await this.#client.attempt('experiments.create', { name });
    if (row) this.#take(row);
    return row;
  }

  /** Changes the name or notes. */
  async update(id: ExperimentId, change: { readonly name?: string; readonly notes?: string }): Promise<void> {
    const row = await this.#client.attempt('experiments.update', { id, ...change });
    if (row) this.#take(row);
  }

  /** Moves runs into an experiment. */
  async move(runs: readonly RunId[], experiment: ExperimentRow): Promise<void> {
    for (const id of runs) if (!(await this.#runs.update(id, { experiment: experiment.id }))) return;
    this.#toasts.show(`Moved ${runs.length === 1 ? '1 run' : `${runs.length} runs`} into ${experiment.name}.`, { kind: 'success' });
    await this.load();
  }

  /** Runs carry their experiment's name, so those with an old one are asked for again. */
  #take(row: ExperimentRow): void {
    const known = this.#rows.some((old) => old.id === row.id);
    this.#rows = known ? this.#rows.map((old) => (old.id === row.id ? row : old)) : [row, ...this.#rows];
    if (this.#runs.rows.some((run) => run.experiment === row.id && run.experimentName !== row.name)) void this.#runs.load();
  }
}
