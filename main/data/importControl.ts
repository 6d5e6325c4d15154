/** Holds an import and lets it go on: the one who has it pauses, the one who works waits. */
export class ImportControl {
  private held = false;
  private listeners: ((held: boolean) => void)[] = [];

  get paused(): boolean {
    return this.held;
  }

  pause(): void {
    this.change(true);
  }

  resume(): void {
    this.change(false);
  }

  /** Answers when work may go on; at once unless paused, and also when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (!this.held || signal.aborted) return;
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.onChange((held) => held || resolve());
    });
  }

  /** Tells of every change. */
  onChange(listener: (held: boolean) => void): void {
    this.listeners.push(listener);
  }

  private change(held: boolean): void {
    this.held = held;
    for (const listener of [...this.listeners]) listener(held);
  }
}
