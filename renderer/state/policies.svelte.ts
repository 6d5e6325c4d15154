import type { PolicyId, PolicyRow } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Every audit policy of the workspace, kept current by events. */
export class Policies {
  readonly #client: Client;
  readonly #toasts: Toasts;
  #rows: readonly PolicyRow[] = $state.raw([]);
  #loaded = $state(false);

  constructor(client: Client, toasts: Toasts) {
    this.#client = client;
    this.#toasts = toasts;
    client.on('policy.changed', (row) => this.#take(row));
  }

  /** The next due first, without archived ones. */
  get rows(): readonly PolicyRow[] {
    return this.#rows.filter((row) => !row.archived).toSorted((a, b) => (a.due < b.due ? -1 : 1));
  }

  /** Past their due date, the longest overdue first. */
  get overdue(): readonly PolicyRow[] {
    return this.rows.filter((row) => row.overdue);
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  byId(id: PolicyId): PolicyRow | null {
    return this.#rows.find((row) => row.id === id) ?? null;
  }

  async load(): Promise<void> {
    const rows = await this.#client.attempt('policies.list', { archived: true });
    if (!rows) return;
    this.#rows = rows;
    this.#loaded = true;
  }

  async archive(id: PolicyId, archived: boolean): Promise<void> {
    const row = await this.#client.attempt('policies.archive', { id, archived });
    if (!row) return;
    this.#take(row);
    this.#toasts.show(archived ? `Archived policy ${row.name}.` : `Brought back policy ${row.name}.`, {
      action: { label: 'Undo', run: () => void this.archive(id, !archived) },
    });
  }

  #take(row: PolicyRow): void {
    this.#rows = [...this.#rows.filter((old) => old.id !== row.id), row];
  }
}
