/**
 * Exponential moving average with the start's bias removed (as TensorBoard does it).
 * @param weight 0..1: how much of the past is kept; 0 leaves the values as they are
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...values];
  let average = 0;
  let seen = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = average * weight + (1 - weight) * value;
    seen += 1;
    return average / (1 - weight ** seen);
  });
}
