import type { PlainError } from '../../preload/contract/errors.ts';

/** A short message; errors stay until they are closed. */
export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'success' | 'error';
  readonly title: string;
  readonly detail: string;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

const LIFETIME_MS = 7000;
const REMEMBERED = 50;

/** Messages on screen, and the list of those that have gone, which can be read again. */
export class Toasts {
  #shown: readonly Toast[] = $state.raw([]);
  #past: readonly Toast[] = $state.raw([]);
  #next = 1;

  get shown(): readonly Toast[] {
    return this.#shown;
  }

  /** Every message of this window, newest first. */
  get past(): readonly Toast[] {
    return this.#past;
  }

  show(title: string, options: Partial<Omit<Toast, 'id' | 'title'>> = {}): number {
    const toast: Toast = { id: this.#next++, title, kind: 'info', detail: '', action: null, ...options };
    // The same failure again, such as a server that does not answer, is one message and not twenty.
    this.#shown = [...this.#shown.filter((old) => old.title !== title), toast].slice(-4);
    this.#past = [toast, ...this.#past].slice(0, REMEMBERED);
    if (toast.kind !== 'error') setTimeout(() => this.dismiss(toast.id), LIFETIME_MS);
    return toast.id;
  }

  /** Shows what happened, where, and what to do. */
  fail(error: PlainError): void {
    this.show(error.message, { kind: 'error', detail: error.hint });
  }

  dismiss(id: number): void {
    this.#shown = this.#shown.filter((toast) => toast.id !== id);
  }

  dismissNewest(): boolean {
    const newest = this.#shown.at(-1);
    if (newest) this.dismiss(newest.id);
    return newest !== undefined;
  }

  forget(): void {
    this.#past = [];
  }
}
