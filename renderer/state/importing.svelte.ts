import { toPlainError, type PlainError } from '../../preload/contract/errors.ts';
import type { ColumnType, FeatureSource, ImportOptions, JobId, SourcePreview } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import { latest } from '../lib/latest.ts';
import { BUILT_IN } from './datasets.svelte.ts';

const PREVIEW_MS = 300;
/** Choices that change what the preview shows. */
const SHOWN: readonly (keyof ImportOptions)[] = [
  ...(['pattern', 'manifest', 'labels', 'size', 'label', 'correlation', 'minorityShare'] as const),
  ...(['columns', 'header', 'types', 'bins', 'sensitive', 'subject'] as const),
];

/** Choices that change which columns there are, and those that name columns. */
const SOURCES_OF_COLUMNS: readonly (keyof ImportOptions)[] = ['pattern', 'manifest', 'columns', 'header'];
const NAMES_OF_COLUMNS: readonly (keyof ImportOptions)[] = [
  ...(['label', 'subject', 'sensitive', 'featureSources', 'types', 'bins', 'text', 'time'] as const),
];

type Seen = { readonly preview: SourcePreview; readonly error: null } | { readonly preview: null; readonly error: PlainError };

/** One import being prepared: a source, what a first look found in it, and the choices made. */
export class Importing {
  readonly #client: Client;
  #path = $state('');
  #reader: string | null = $state(null);
  #options: ImportOptions = $state.raw({});
  #preview: SourcePreview | null = $state.raw(null);
  #error: PlainError | null = $state.raw(null);
  #looking = $state(false);
  #touched = new Set<string>();

  readonly #look = latest<null, Seen>(
    PREVIEW_MS,
    () => this.#ask(),
    (seen) => this.#accept(seen),
  );

  constructor(client: Client) {
    this.#client = client;
  }

  get path(): string {
    return this.#path;
  }

  get reader(): string | null {
    return this.#reader;
  }

  get options(): ImportOptions {
    return this.#options;
  }

  get preview(): SourcePreview | null {
    return this.#preview;
  }

  get error(): PlainError | null {
    return this.#error;
  }

  get looking(): boolean {
    return this.#looking;
  }

  get builtIn(): boolean {
    return this.#path === BUILT_IN;
  }

  /** Chooses a source and looks into it. */
  open(path: string): void {
    this.#path = path.trim();
    this.#options = {};
    this.#touched.clear();
    this.#preview = null;
    this.#again();
  }

  setReader(reader: string | null): void {
    this.#reader = reader;
    this.#again();
  }

  /** Sets one choice; an empty one is left to the reader. */
  set<K extends keyof ImportOptions>(key: K, value: ImportOptions[K]): void {
    this.setMany({ [key]: value === '' ? undefined : value });
  }

  /** Sets choices that go together. */
  setMany(choices: ImportOptions): void {
    const keys = Object.keys(choices) as (keyof ImportOptions)[];
    for (const key of keys) this.#touched.add(key);
    // Other columns: what was chosen among the old ones means nothing any more.
    if (keys.some((key) => SOURCES_OF_COLUMNS.includes(key)))
      for (const name of NAMES_OF_COLUMNS) this.#touched.delete(name);
    this.#options = { ...this.#options, ...choices };
    if (keys.some((key) => SHOWN.includes(key))) this.#again();
  }

  /** Marks a column as a sensitive feature, or not. */
  toggleSensitive(column: string, sensitive: boolean): void {
    const others = (this.#options.sensitive ?? []).filter((name) => name !== column);
    this.set('sensitive', sensitive ? [...others, column] : others);
  }

  /** Says what a column of a table is to a model; null leaves it to what its values suggest. */
  setType(column: string, type: ColumnType | null): void {
    const { [column]: _, ...others } = this.#options.types ?? {};
    this.set('types', type === null ? others : { ...others, [column]: type });
  }

  /** Puts a column of numbers into ranges; null leaves their edges to the reader. */
  setEdges(column: string, edges: readonly number[] | null): void {
    const { [column]: _, ...others } = this.#options.bins ?? {};
    this.set('bins', edges === null ? others : { ...others, [column]: edges });
  }

  setSource(column: string, source: FeatureSource): void {
    this.set('featureSources', { ...this.#options.featureSources, [column]: source });
  }

  /** Starts the import; answers its job, or null after the refusal was shown. */
  async start(): Promise<JobId | null> {
    return this.#client.attempt('datasets.import', { path: this.#path, reader: this.#reader, options: plainOptions(this.#options) });
  }

  #again(): void {
    if (this.#path === '') return;
    this.#looking = true;
    this.#look.ask(null);
  }

  async #ask(): Promise<Seen> {
    try {
      const preview = await this.#client.call('datasets.preview', { path: this.#path, reader: this.#reader, options: plainOptions(this.#own()) });
      return { preview, error: null };
    } catch (cause) {
      return { preview: null, error: toPlainError(cause) };
    }
  }

  #accept({ preview, error }: Seen): void {
    this.#looking = false;
    this.#error = error;
    if (!preview) return;
    this.#preview = preview;
    // The reader's suggestions stand until the user says otherwise.
    this.#options = { ...preview.suggestion, ...this.#own() };
  }

  /** Only what the user chose: the rest is the reader's to suggest anew. */
  #own(): ImportOptions {
    return Object.fromEntries(Object.entries(this.#options).filter(([key]) => this.#touched.has(key)));
  }
}

/** Options as the contract wants them: arrays are the caller's own. */
function plainOptions({ sensitive, columns, ...rest }: ImportOptions) {
  return { ...rest, ...(sensitive === undefined ? {} : { sensitive: [...sensitive] }), ...(columns === undefined ? {} : { columns: [...columns] }) };
}
