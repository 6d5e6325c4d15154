import type { RunId, RunRow, RunStatus } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import { paced } from '../lib/latest.ts';
import type { Toasts } from './toasts.svelte.ts';

const ACTIVE: readonly RunStatus[] = ['starting', 'running', 'paused'];
/** Rows arrive up to ten times a second per run; the table needs four. */
const REDRAW_MS = 250;

/** True while a trainer works on the run, or holds it paused. */
export function isActive(run: Pick<RunRow, 'status'>): boolean {
  return ACTIVE.includes(run.status);
}

/** Every run of the workspace, kept current by events. */
export class Runs {
  readonly #client: Client;
  readonly #toasts: Toasts;
  readonly #known = new Map<RunId, RunRow>();
  readonly #redraw = paced(REDRAW_MS, () => this.#publish());
  #rows: readonly RunRow[] = $state.raw([]);
  #loaded = $state(false);

  constructor(client: Client, toasts: Toasts) {
    this.#client = client;
    this.#toasts = toasts;
    client.on('run.changed', (row) => {
      this.#known.set(row.id, row);
      this.#redraw.ask();
    });
    client.on('run.removed', ({ id }) => {
      this.#known.delete(id);
      this.#redraw.ask();
    });
  }

  /** Newest first, archived ones included. */
  get rows(): readonly RunRow[] {
    return this.#rows;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  get active(): readonly RunRow[] {
    return this.#rows.filter(isActive);
  }

  get queued(): readonly RunRow[] {
    return this.#rows.filter((run) => run.status === 'queued');
  }

  /** Runs that ended by themselves in a way the user should know of. */
  get troubled(): readonly RunRow[] {
    return this.#rows.filter((run) => !run.archived && ['crashed', 'failed'].includes(run.status));
  }

  byId(id: RunId): RunRow | null {
    return this.#rows.find((run) => run.id === id) ?? null;
  }

  async load(): Promise<void> {
    const rows = await this.#client.attempt('runs.list', { archived: true });
    if (!rows) return;
    this.#known.clear();
    for (const row of rows) this.#known.set(row.id, row);
    this.#publish();
    this.#loaded = true;
  }

  /** Pause, resume or stop; the states follow by event. */
  async steer(verb: 'pause' | 'resume' | 'stop', ids: readonly RunId[]): Promise<void> {
    await this.#client.done(`runs.${verb}`, { ids: [...ids] });
  }

  async clone(id: RunId): Promise<RunId | null> {
    const made = await this.#client.attempt('runs.clone', { id });
    if (made) await this.load();
    return made;
  }

  async archive(ids: readonly RunId[], archived: boolean): Promise<void> {
    if (!(await this.#client.done('runs.archive', { ids: [...ids], archived }))) return;
    for (const id of ids) this.#change(id, { archived });
    const what = ids.length === 1 ? (this.byId(ids[0] ?? '')?.name ?? '1 run') : `${ids.length} runs`;
    this.#toasts.show(archived ? `Archived ${what}.` : `Brought back ${what}.`, {
      action: { label: 'Undo', run: () => void this.archive(ids, !archived) },
    });
  }

  /** False after the refusal was shown. */
  async update(id: RunId, changes: Partial<Pick<RunRow, 'name' | 'notes' | 'pinned' | 'colour' | 'experiment'>> & { tags?: string[] }): Promise<boolean> {
    const row = await this.#client.attempt('runs.update', { id, ...changes });
    if (row) this.#change(id, row);
    return row !== null;
  }

  /** Deletes archived runs for good. */
  async purge(ids: readonly RunId[]): Promise<boolean> {
    if (!(await this.#client.done('runs.purge', { ids: [...ids] }))) return false;
    for (const id of ids) this.#known.delete(id);
    this.#publish();
    this.#toasts.show(`Deleted ${ids.length === 1 ? '1 run' : `${ids.length} runs`} for good.`);
    return true;
  }

  /** Takes in a run that was exported elsewhere; null after the refusal was shown. */
  async importBundle(path: string): Promise<RunId | null> {
    const id = await this.#client.attempt('runs.import', { path });
    if (id !== null) await this.load();
    return id;
  }

  #change(id: RunId, changes: Partial<RunRow>): void {
    const row = this.#known.get(id);
    if (row) this.#known.set(id, { ...row, ...changes });
    this.#publish();
  }

  #publish(): void {
    this.#rows = [...this.#known.values()].sort((a, b) => (a.created < b.created ? 1 : -1));
  }
}
