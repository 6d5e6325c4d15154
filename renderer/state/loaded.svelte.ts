import { toPlainError, type PlainError } from '../../preload/contract/errors.ts';

/** Something asked for once and again: the last answer stays visible while the next is awaited. */
export class Loaded<T> {
  readonly #ask: () => Promise<T>;
  #value: T | null = $state.raw(null);
  #error: PlainError | null = $state.raw(null);
  #busy = $state(false);
  #newest = 0;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  get value(): T | null {
    return this.#value;
  }

  get error(): PlainError | null {
    return this.#error;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Asks; an answer that was overtaken by a newer question is dropped. */
  async load(): Promise<void> {
    const mine = ++this.#newest;
    this.#busy = true;
    try {
      const value = await this.#ask();
      if (mine !== this.#newest) return;
      this.#value = value;
      this.#error = null;
    } catch (cause) {
      if (mine !== this.#newest) return;
      this.#error = toPlainError(cause);
    }
    this.#busy = false;
  }

  /** Puts a newer value in place without asking. */
  set(value: T): void {
    this.#value = value;
  }
}
