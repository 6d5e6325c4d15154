/** One curve: x and y of equal length, ascending in x. */
export interface Curve {
  readonly label: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Several curves as one table: a row per x, a column per curve; null where a curve has no point. */
export function chartTable(curves: readonly Curve[]): readonly { readonly x: number; readonly values: readonly (number | null)[] }[] {
  const rows = new Map<number, (number | null)[]>();
  curves.forEach((curve, column) => {
    for (let at = 0; at < curve.x.length; at++) {
      const x = curve.x[at] ?? NaN;
      const row = rows.get(x) ?? curves.map(() => null);
      row[column] = curve.y[at] ?? null;
      rows.set(x, row);
    }
  });
  return [...rows].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, values }));
}

/** The last finite value of a curve, or null. */
export function lastValue(curve: Curve): number | null {
  for (let at = curve.y.length - 1; at >= 0; at--) {
    const value = curve.y[at];
    if (value !== undefined && Number.isFinite(value)) return value;
  }
  return null;
}
