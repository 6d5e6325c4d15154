/** What main wants of a job; `leave`: save where it stands, for another process to go on. */
export type Wish = 'go' | 'pause' | 'stop' | 'leave';

/** What the user wants of the running job; the job asks between steps. */
export class Wishes {
  private current: Wish = 'go';
  private waiting: (() => void)[] = [];

  /** Stop and leave are final until the next job. */
  set(wish: Wish): void {
    if (this.current === 'go' || this.current === 'pause') this.current = wish;
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
