import type { Bridge } from '../preload/contract/bridge.ts';
import type { CallInput, CallName, CallValue } from '../preload/contract/calls.ts';
import { AppError, toPlainError, type PlainError } from '../preload/contract/errors.ts';
import type { Subscribe } from '../preload/contract/events.ts';

/** Asks main and unwraps its answers; every page and state speaks through one of these. */
export class Client {
  readonly #bridge: Bridge;
  readonly #report: (error: PlainError) => void;

  /** @param report is told of every failure of `attempt`, to show it */
  constructor(bridge: Bridge, report: (error: PlainError) => void) {
    this.#bridge = bridge;
    this.#report = report;
  }

  /**
   * The value of an answer.
   * @throws AppError with main's code, message and hint; `internal` if the door itself cannot be reached
   */
  async call<N extends CallName>(name: N, args: CallInput<N>): Promise<CallValue<N>> {
    const answer = await this.#bridge.call(name, args);
    if (answer.ok) return answer.value;
    throw new AppError(answer.error);
  }

  /** The value of an answer, or null after the failure was shown to the user. */
  async attempt<N extends CallName>(name: N, args: CallInput<N>): Promise<CallValue<N> | null> {
    try {
      return await this.call(name, args);
    } catch (cause) {
      this.#report(toPlainError(cause));
      return null;
    }
  }

  /** Like `attempt` for calls that answer nothing: true if it worked. */
  async done<N extends CallName>(name: N, args: CallInput<N>): Promise<boolean> {
    try {
      await this.call(name, args);
      return true;
    } catch (cause) {
      this.#report(toPlainError(cause));
      return false;
    }
  }

  /** Shows a failure as `attempt` does. */
  report(error: PlainError): void {
    this.#report(error);
  }

  /** Where a dropped file lies, if the host tells; null otherwise. */
  pathOf(file: File): string | null {
    return this.#bridge.pathOf?.(file) ?? null;
  }

  /** Listens; the answer ends it. */
  readonly on: Subscribe = (name, listener) => this.#bridge.on(name, listener);
}
