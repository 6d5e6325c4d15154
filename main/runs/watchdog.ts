/** How often silence is looked at within the time that is allowed. */
const LOOKS = 10;

/**
 * Calls `onSilence` once when nothing fed it for `silenceMs`. Silence counts only while this process itself was awake: a sleeping machine or a
 * busy main process adds at most one look, and a changed clock nothing.
 */
export class Watchdog {
  private silent = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(silenceMs: number, onSilence: () => void) {
    this.timer = setInterval(() => {
      this.silent += 1;
      if (this.silent <= LOOKS) return;
      this.end();
      onSilence();
    }, silenceMs / LOOKS);
    this.timer.unref();
  }

  /** A sign of life. */
  feed(): void {
    this.silent = 0;
  }

  end(): void {
    clearInterval(this.timer);
  }
}
