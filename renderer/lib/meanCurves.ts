/** One curve: ascending x, and y of equal length. */
export interface XY {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Mean of several curves with the lowest and highest of them at each x. */
export interface MeanCurve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/** The value of a curve at an x, between its points on the line that joins them; null outside and where a neighbour is undefined. */
export function valueAtX({ x, y }: XY, at: number): number | null {
  let low = 0;
  let high = x.length - 1;
  if (high < 0 || at < (x[0] ?? NaN) || at > (x[high] ?? NaN)) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((x[middle] ?? NaN) <= at) low = middle;
    else high = middle;
  }
  const [x0, x1, y0, y1] = [x[low] ?? NaN, x[high] ?? NaN, y[low] ?? NaN, y[high] ?? NaN];
  const value = x1 === x0 || at === x0 ? y0 : at === x1 ? y1 : y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
  return Number.isFinite(value) ? value : null;
}

/** The mean of curves where all of them have a value, at the points of the first; a single curve is its own mean. */
export function meanCurve(curves: readonly XY[]): MeanCurve {
  const points = Array.from(curves[0]?.x ?? []).flatMap((x) => {
    const values = curves.map((curve) => valueAtX(curve, x)).filter((value) => value !== null);
    if (values.length < curves.length) return [];
    return [
      {
        x,
        y: values.reduce((sum, value) => sum + value, 0) / values.length,
        min: Math.min(...values),
        max: Math.max(...values),
      },
    ];
  });
  return {
    x: points.map((one) => one.x),
    y: points.map((one) => one.y),
    min: points.map((one) => one.min),
    max: points.map((one) => one.max),
  };
}

/** The part of `to` that lies over a part of `from`, where both belong to the same points; null without any. */
export function rangeOver(
  curve: { readonly from: ArrayLike<number>; readonly to: ArrayLike<number> },
  range: readonly [number, number],
): readonly [number, number] | null {
  let found: [number, number] | null = null;
  for (let at = 0; at < curve.from.length; at++) {
    const here = curve.from[at] ?? NaN;
    // One point on each side is kept, so that lines run to the edges.
    const inside =
      (curve.from[at + 1] ?? Infinity) >= range[0] &&
      (curve.from[at - 1] ?? -Infinity) <= range[1] &&
      Number.isFinite(here);
    const there = curve.to[at] ?? NaN;
    if (inside) found = found ? [Math.min(found[0], there), Math.max(found[1], there)] : [there, there];
  }
  return found;
}
