import { deviation } from './deviation.ts';
import { defined } from './draws.ts';
import { expandedP } from './expanded.ts';
import type { Together } from './simultaneous.ts';

/**
 * p-value of "all of these values are 0" (max-t of the bootstrap over so many subjects): how often the largest distance of a draw from the values, in
 * standard errors, reaches the largest distance of the values from 0. Null where nothing varies.
 */
export function jointP(values: readonly Together[], subjects: number): number | null {
  const usable = values.flatMap(({ value, draws }) => {
    const error = deviation(defined(draws));
    return error === null || error === 0 || !Number.isFinite(value) ? [] : [{ value, draws, error }];
  });
  const rounds = usable[0]?.draws.length ?? 0;
  if (usable.length < values.length || rounds === 0) return null;
  const observed = Math.max(...usable.map(({ value, error }) => Math.abs(value) / error));
  let [known, extreme] = [0, 0];
  for (let draw = 0; draw < rounds; draw++) {
    let furthest = 0;
    for (const { value, draws, error } of usable)
      furthest = Math.max(furthest, Math.abs((draws[draw] ?? NaN) - value) / error);
    if (!Number.isFinite(furthest)) continue;
    known++;
    if (furthest >= observed) extreme++;
  }
  // The widening for few subjects is of one tail; this p-value has both.
  return known === 0 ? null : expandedP((1 + extreme) / (known + 1) / 2, subjects);
}
