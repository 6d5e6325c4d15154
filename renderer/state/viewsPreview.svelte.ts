import { toPlainError, type PlainError } from '../../preload/contract/errors.ts';
import type { DatasetId, SampleGrid, ViewChoice, ViewPreview } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';
import { latest } from '../lib/latest.ts';

const COUNT = 8;
const WAIT_MS = 120;

interface Question {
  readonly dataset: DatasetId;
  readonly views: readonly ViewChoice[];
  readonly seed: number;
  readonly group: Readonly<Record<string, string>> | null;
}

type Seen = { readonly preview: ViewPreview | null; readonly error: PlainError | null };

/** Originals of the user's own samples and their views, redrawn as the pipeline changes; overtaken answers are dropped. */
export class ViewsPreview {
  readonly #client: Client;
  #preview: ViewPreview | null = $state.raw(null);
  #error: PlainError | null = $state.raw(null);
  #busy = $state(false);
  #seed = $state(0);
  #group: Readonly<Record<string, string>> | null = $state.raw(null);
  #samples: { readonly key: string; readonly grid: SampleGrid } | null = null;
  #last: Question | null = null;

  readonly #draw = latest<Question, Seen>(
    WAIT_MS,
    (question) => this.#ask(question),
    (seen) => {
      this.#busy = false;
      this.#error = seen.error;
      if (seen.preview) this.#preview = seen.preview;
    },
  );

  constructor(client: Client) {
    this.#client = client;
  }

  get preview(): ViewPreview | null {
    return this.#preview;
  }

  get error(): PlainError | null {
    return this.#error;
  }

  get busy(): boolean {
    return this.#busy;
  }

  get group(): Readonly<Record<string, string>> | null {
    return this.#group;
  }

  /** Draws the pipeline on the samples at hand. */
  show(dataset: DatasetId, views: readonly ViewChoice[]): void {
    this.#again({ dataset, views, seed: this.#seed, group: this.#group });
  }

  /** Other samples, other random views. */
  shuffle(): void {
    this.#seed += 1;
    if (this.#last) this.#again({ ...this.#last, seed: this.#seed });
  }

  /** Only samples of one group, or of everyone with null. */
  only(group: Readonly<Record<string, string>> | null): void {
    this.#group = group;
    if (this.#last) this.#again({ ...this.#last, group });
  }

  close(): void {
    this.#draw.cancel();
  }

  #again(question: Question): void {
    this.#last = question;
    this.#busy = true;
    this.#draw.ask(question);
  }

  async #ask({ dataset, views, seed, group }: Question): Promise<Seen> {
    try {
      const samples = await this.#samplesOf(dataset, seed, group);
      if (samples.count === 0) return { preview: { originals: samples, views: [], milliseconds: 0 }, error: null };
      const preview = await this.#client.call('views.preview', {
        dataset,
        indices: samples.items.map((item) => item.index),
        views: views.map((view) => ({ ...view, params: { ...view.params } })),
        count: 2,
        seed,
      });
      return { preview, error: null };
    } catch (cause) {
      return { preview: null, error: toPlainError(cause) };
    }
  }

  async #samplesOf(dataset: DatasetId, seed: number, group: Question['group']): Promise<SampleGrid> {
    const key = JSON.stringify([dataset, seed, group]);
    if (this.#samples?.key === key) return this.#samples.grid;
    const grid = await this.#client.call('datasets.samples', { id: dataset, split: 'pretrain', count: COUNT, seed, group });
    this.#samples = { key, grid };
    return grid;
  }
}
