/** Collects one column of numbers, row by row. */
export class NumberColumn {
  private values = new Float64Array(1024);
  private length = 0;

  add(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Float64Array(2 * this.length);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  /** The numbers so far, in order. */
  finish(): Float64Array {
    return this.values.slice(0, this.length);
  }
}
