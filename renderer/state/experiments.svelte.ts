import type { ExperimentId, ExperimentRow, RunId } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import type { Runs } from './runs.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';

/** What runs are gathered under; loaded when somebody asks, since nothing announces them. */
export class Experiments {
  readonly #client: Client;
  readonly #runs: Runs;
  readonly #toasts: Toasts;
  #rows: readonly ExperimentRow[] = $state.raw([]);

  constructor(client: Client, runs: Runs, toasts: Toasts) {
    this.#client = client;
    this.#runs = runs;
    this.#toasts = toasts;
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
    if (row) this.#rows = [row, ...this.#rows];
    return row;
  }

  /** Changes the name or notes; runs carry the name, so they are asked for again. */
  async update(id: ExperimentId, change: { readonly name?: string; readonly notes?: string }): Promise<void> {
    const row = await this.#client.attempt('experiments.update', { id, ...change });
    if (!row) return;
    this.#rows = this.#rows.map((old) => (old.id === id ? row : old));
    if (change.name !== undefined) await this.#runs.load();
  }

  /** Moves runs into an experiment. */
  async move(runs: readonly RunId[], experiment: ExperimentRow): Promise<void> {
    for (const id of runs) if (!(await this.#runs.update(id, { experiment: experiment.id }))) return;
    this.#toasts.show(`Moved ${runs.length === 1 ? '1 run' : `${runs.length} runs`} into ${experiment.name}.`, { kind: 'success' });
    await this.load();
  }
}
