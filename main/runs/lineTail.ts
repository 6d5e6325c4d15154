/** The last lines of a stream of text. */
export class LineTail {
  private readonly most: number;
  private readonly kept: string[] = [];
  private open = '';

  /** @param most lines that are kept */
  constructor(most: number) {
    this.most = most;
  }

  add(text: string): void {
    const pieces = (this.open + text).split(/\r?\n/);
    this.open = (pieces.pop() ?? '').slice(-10_000);
    this.kept.push(...pieces);
    this.kept.splice(0, this.kept.length - this.most);
  }

  /** Whole lines and the one still open, without empty ones. */
  lines(): readonly string[] {
    return [...this.kept, this.open].filter((line) => line !== '').slice(-this.most);
  }
}
