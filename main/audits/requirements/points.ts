import { Rng } from '../../core/rng.ts';
import type { Points } from './checkTable.ts';

/** Points among which neighbours are looked for: more cost time and change little. */
const MOST_POINTS = 10_000;

/** Gathers the points of rows drawn at random while all rows pass by. */
export class PointSet {
  private readonly rows: Uint32Array;
  private readonly pointOf = new Map<number, number>();
  private readonly values: Float32Array;
  private readonly width: number;

  constructor(count: number, width: number, seed: number) {
    this.rows = Rng.stream(seed, 'neighbours').permutation(count).slice(0, MOST_POINTS);
    this.rows.forEach((row, point) => this.pointOf.set(row, point));
    this.values = new Float32Array(this.rows.length * width);
    this.width = width;
  }

  /** Where the coordinates of a row go, as a view to write to; null where the row was not drawn. */
  placeOf(row: number): Float32Array | null {
    const point = this.pointOf.get(row);
    return point === undefined ? null : this.values.subarray(point * this.width, (point + 1) * this.width);
  }

  finish(): Points {
    return { rows: this.rows, values: this.values, width: this.width };
  }
}
