import type { TourState } from '../../preload/contract/vocabulary.ts';
import type { Client } from '../client.ts';

/** What this window knows of the tour. The tour itself is main's: it goes on without windows, and where it stands is kept in the workspace. */
export class Tour {
  readonly #client: Client;
  #state: TourState | null = $state.raw(null);
  #asking = $state(false);

  constructor(client: Client) {
    this.#client = client;
    client.on('tour.changed', (state) => (this.#state = state));
  }

  /** Null until main has answered. */
  get state(): TourState | null {
    return this.#state;
  }

  get underWay(): boolean {
    return this.#state?.status === 'running';
  }

  /** True between a click and main's answer. */
  get asking(): boolean {
    return this.#asking;
  }

  async load(): Promise<void> {
    await this.#ask('tour.state');
  }

  async start(): Promise<void> {
    await this.#ask('tour.start');
  }

  async cancel(): Promise<void> {
    await this.#ask('tour.cancel');
  }

  async #ask(name: 'tour.state' | 'tour.start' | 'tour.cancel'): Promise<void> {
    this.#asking = true;
    this.#state = (await this.#client.attempt(name, {})) ?? this.#state;
    this.#asking = false;
  }
}
