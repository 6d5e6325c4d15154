import type { Rng } from '../../core/rng.ts';
import type { SampleLayout } from '../layout.ts';
import { columnsOf } from '../layers/tableInput.ts';

/** Numbers per column of a prepared row: value and missing flag. */
const CHANNELS = 2;
/** Numbers per column that are drawn: whether it is changed, and what it becomes. */
export const DRAWN = 1 + CHANNELS;

/** For each of `count` rows of a table what its columns become, [count, columns, 3]: 1 where changed, then value and missing flag. */
export function drawChanges(
  layout: SampleLayout,
  count: number,
  change: (column: number) => readonly [number, number] | null,
): Float32Array {
  const columns = columnsOf(layout).length;
  const data = new Float32Array(count * columns * DRAWN);
  for (let place = 0; place < count * columns; place++) {
    const changed = change(place % columns);
    if (changed !== null) data.set([1, ...changed], place * DRAWN);
  }
  return data;
}

/** A value of a column as it stands in a random row of the pretrain split: its empirical marginal. */
export function fromMarginal(rng: Rng, layout: SampleLayout, column: number): readonly [number, number] {
  const columns = columnsOf(layout).length;
  const marginals = layout.kind === 'table' ? layout.marginals : new Float32Array(0);
  const row = rng.below(marginals.length / (columns * CHANNELS));
  const at = (row * columns + column) * CHANNELS;
  return [marginals[at] as number, marginals[at + 1] as number];
}

/** What stands for a missing value of a column: of a number 0, which is its mean, with the flag; of a category the last value, unknown. */
export function missingValue(layout: SampleLayout, column: number): readonly [number, number] {
  const found = columnsOf(layout)[column];
  return found?.kind === 'category' ? [found.size - 1, 0] : [0, 1];
}
