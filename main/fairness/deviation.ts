/** Standard deviation of values around their mean (n - 1); null with fewer than two values or an undefined one. */
export function deviation(values: Float64Array): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Number.isFinite(squares) ? Math.sqrt(squares / (values.length - 1)) : null;
}
