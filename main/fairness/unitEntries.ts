import type { Sums } from './cells.ts';

/** What units (subjects, or parts of them) add to tallies: entries of unit u are `start[u]` to `start[u + 1]`. */
export interface UnitEntries {
  readonly start: Int32Array;
  /** Place within a tally. */
  readonly place: Int32Array;
  /** How often, or how much; empty: every entry once. */
  readonly times: Sums;
}

/** Places of rows that stand in order of unit, as they are: where places hardly repeat. */
export function plainEntries(
  start: Int32Array,
  places: Int32Array,
  weights: Float64Array | null = null,
): UnitEntries {
  return { start, place: places, times: weights ?? new Int32Array(0) };
}

/** Places of rows that stand in order of unit; equal ones of a unit are counted together. */
export function unitEntries(start: Int32Array, places: Int32Array): UnitEntries {
  const kept = {
    start: new Int32Array(start.length),
    place: new Int32Array(places.length),
    times: new Int32Array(places.length),
  };
  let at = 0;
  for (let unit = 0; unit + 1 < start.length; unit++) {
    const first = at;
    for (let row = start[unit] ?? 0; row < (start[unit + 1] ?? 0); row++) {
      const place = places[row] ?? 0;
      let entry = first;
      while (entry < at && kept.place[entry] !== place) entry++;
      if (entry === at) {
        entry = at++;
        kept.place[entry] = place;
      }
      kept.times[entry] = (kept.times[entry] ?? 0) + 1;
    }
    kept.start[unit + 1] = at;
  }
  return { start: kept.start, place: kept.place.slice(0, at), times: kept.times.slice(0, at) };
}

/** Rows in order of unit. */
export function placesByUnit(
  of: Int32Array,
  units: number,
  places: ArrayLike<number>,
): { readonly start: Int32Array; readonly places: Int32Array } {
  const start = new Int32Array(units + 1);
  for (const unit of of) start[unit + 1] = (start[unit + 1] ?? 0) + 1;
  for (let unit = 0; unit < units; unit++) start[unit + 1] = (start[unit + 1] ?? 0) + (start[unit] ?? 0);
  const next = start.slice();
  const sorted = new Int32Array(of.length);
  for (let row = 0; row < of.length; row++) {
    const unit = of[row] ?? 0;
    const at = next[unit] ?? 0;
    sorted[at] = places[row] ?? 0;
    next[unit] = at + 1;
  }
  return { start, places: sorted };
}
