import type { Catalog, CatalogEntry, EngineReport, WorkspaceInfo } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import { titled } from '../lib/format.ts';

const NO_CATALOG: Catalog = {
  methods: [],
  views: [],
  encoders: [],
  optimizers: [],
  schedules: [],
  metrics: [],
  disparities: [],
  readers: [],
  engines: [],
  reportFormats: [],
};

type Registry = 'methods' | 'views' | 'encoders' | 'optimizers' | 'schedules' | 'metrics' | 'disparities' | 'readers';

/** The opened workspace, what Pretext can do (the catalog), and the engines of this machine. */
export class Workspace {
  readonly #client: Client;
  #info: WorkspaceInfo | null = $state.raw(null);
  #catalog: Catalog = $state.raw(NO_CATALOG);
  #engines: readonly EngineReport[] | null = $state.raw(null);
  #examining = $state(false);
  #connected = $state(true);

  constructor(client: Client) {
    this.#client = client;
  }

  get info(): WorkspaceInfo | null {
    return this.#info;
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  /** Null until the doctor has looked. */
  get engines(): readonly EngineReport[] | null {
    return this.#engines;
  }

  get examining(): boolean {
    return this.#examining;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get readOnly(): boolean {
    return this.#info?.readOnly ?? false;
  }

  async load(): Promise<void> {
    const [info, catalog] = await Promise.all([
      this.#client.attempt('workspace.info', {}),
      this.#client.attempt('catalog.get', {}),
    ]);
    if (info) this.#info = info;
    if (catalog) this.#catalog = catalog;
  }

  async refresh(): Promise<void> {
    this.#info = (await this.#client.attempt('workspace.info', {})) ?? this.#info;
  }

  /** Asks every engine whether it works here; `fresh` looks again instead of remembering. */
  async examine(fresh: boolean): Promise<void> {
    this.#examining = true;
    this.#engines = (await this.#client.attempt('engines.report', { fresh })) ?? this.#engines;
    this.#examining = false;
  }

  setConnected(connected: boolean): void {
    this.#connected = connected;
  }

  /** The entry's title, or its id as words where the catalog does not know it. */
  title(registry: Registry, id: string): string {
    const entries: readonly Pick<CatalogEntry, 'id' | 'title'>[] = this.#catalog[registry];
    return entries.find((entry) => entry.id === id)?.title ?? titled(id);
  }
}
