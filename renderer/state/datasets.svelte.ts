import type { DatasetId, DatasetRow } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import type { Toasts } from './toasts.svelte.ts';

/** The path that names the built-in coloured digits. */
export const BUILT_IN = 'builtin:coloured-digits';

/** Every data set of the workspace, kept current by events. */
export class Datasets {
  readonly #client: Client;
  readonly #toasts: Toasts;
  #rows: readonly DatasetRow[] = $state.raw([]);
  #loaded = $state(false);

  constructor(client: Client, toasts: Toasts) {
    this.#client = client;
    this.#toasts = toasts;
    client.on('dataset.changed', (row) => {
      this.#rows = [row, ...this.#rows.filter((old) => old.id !== row.id)].sort(byAge);
    });
  }

  /** Newest first, without archived ones. */
  get rows(): readonly DatasetRow[] {
    return this.#rows.filter((row) => !row.archived);
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  byId(id: DatasetId): DatasetRow | null {
    return this.#rows.find((row) => row.id === id) ?? null;
  }

  async load(): Promise<void> {
    const rows = await this.#client.attempt('datasets.list', { archived: true });
    if (!rows) return;
    this.#rows = [...rows].sort(byAge);
    this.#loaded = true;
  }

  async rename(id: DatasetId, name: string): Promise<DatasetRow | null> {
    const row = await this.#client.attempt('datasets.rename', { id, name });
    if (row) this.#rows = this.#rows.map((old) => (old.id === id ? row : old));
    return row;
  }

  async archive(id: DatasetId, archived: boolean): Promise<void> {
    if (!(await this.#client.done('datasets.archive', { id, archived }))) return;
    this.#rows = this.#rows.map((row) => (row.id === id ? { ...row, archived } : row));
    const name = this.byId(id)?.name ?? id;
    this.#toasts.show(archived ? `Archived data set ${name}.` : `Brought back data set ${name}.`, {
      action: { label: 'Undo', run: () => void this.archive(id, !archived) },
    });
  }
}

function byAge(a: DatasetRow, b: DatasetRow): number {
  return a.created < b.created ? 1 : -1;
}
