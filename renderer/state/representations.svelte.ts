import type { AuditId, RepresentationAuditRow } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Every audit of representations of the workspace, kept current by events. */
export class Representations {
  readonly #client: Client;
  readonly #toasts: Toasts;
  #rows: readonly RepresentationAuditRow[] = $state.raw([]);
  #loaded = $state(false);

  constructor(client: Client, toasts: Toasts) {
    this.#client = client;
    this.#toasts = toasts;
    client.on('representation.changed', (row) => {
      this.#rows = [row, ...this.#rows.filter((old) => old.id !== row.id)];
    });
  }

  /** Newest first, without archived ones. */
  get rows(): readonly RepresentationAuditRow[] {
    return this.#rows.filter((row) => !row.archived).toSorted((a, b) => (a.created < b.created ? 1 : -1));
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  async load(): Promise<void> {
    const rows = await this.#client.attempt('representations.list', { archived: true });
    if (!rows) return;
    this.#rows = rows;
    this.#loaded = true;
  }

  async archive(id: AuditId, archived: boolean): Promise<void> {
    if (!(await this.#client.done('representations.archive', { id, archived }))) return;
    this.#rows = this.#rows.map((row) => (row.id === id ? { ...row, archived } : row));
    this.#toasts.show(
      archived ? 'Archived the audit of representations.' : 'Brought back the audit of representations.',
      {
        action: { label: 'Undo', run: () => void this.archive(id, !archived) },
      },
    );
  }
}
