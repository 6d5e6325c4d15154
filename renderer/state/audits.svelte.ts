import type { AuditId, AuditRow } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import type { Toasts } from './toasts.svelte.ts';

/** Every audit of the workspace, kept current by events. */
export class Audits {
  readonly #client: Client;
  readonly #toasts: Toasts;
  #rows: readonly AuditRow[] = $state.raw([]);
  #loaded = $state(false);

  constructor(client: Client, toasts: Toasts) {
    this.#client = client;
    this.#toasts = toasts;
    client.on('audit.changed', (row) => {
      this.#rows = [row, ...this.#rows.filter((old) => old.id !== row.id)].sort(byAge);
    });
  }

  /** Newest first, without archived ones. */
  get rows(): readonly AuditRow[] {
    return this.#rows.filter((row) => !row.archived);
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  async load(): Promise<void> {
    const rows = await this.#client.attempt('audits.list', { archived: true });
    if (!rows) return;
    this.#rows = [...rows].sort(byAge);
    this.#loaded = true;
  }

  async archive(id: AuditId, archived: boolean): Promise<void> {
    if (!(await this.#client.done('audits.archive', { id, archived }))) return;
    this.#rows = this.#rows.map((row) => (row.id === id ? { ...row, archived } : row));
    this.#toasts.show(archived ? 'Archived the audit.' : 'Brought back the audit.', {
      action: { label: 'Undo', run: () => void this.archive(id, !archived) },
    });
  }
}

function byAge(a: AuditRow, b: AuditRow): number {
  return a.created < b.created ? 1 : -1;
}
