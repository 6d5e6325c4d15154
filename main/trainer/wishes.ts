export type Wish = 'go' | 'pause' | 'stop';

/** What the user wants of the running job; the job asks between steps. */
export class Wishes {
  private current: Wish = 'go';
  private waiting: (() => void)[] = [];

  /** A stop is final until the next job. */
  set(wish: Wish): void {
    if (this.current !== 'stop') this.current = wish;
    if (this.current === 'pause') return;
    for (const wake of this.waiting.splice(0)) wake();
  }

  get(): Wish {
    return this.current;
  }

  /** Resolves as soon as the wish is not `pause`. */
  untilResumed(): Promise<void> {
    return this.current === 'pause'
      ? new Promise((resolve) => this.waiting.push(resolve))
      : Promise.resolve();
  }

  /** Forgets the wishes for the last job. */
  reset(): void {
    this.current = 'go';
  }
}
