/** A smooth function: writes its gradient at `point` into `gradient` and answers its value. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

const MEMORY = 10;
/** Share of the promised decrease that a step has to bring (Armijo). */
const ENOUGH = 1e-4;

/**
 * Minimises a smooth convex function from `start` by limited-memory BFGS with backtracking (Nocedal & Wright, algorithms 7.4 and 3.1), until no entry
 * of the gradient exceeds `tolerance` or the steps are used up. `start` is not changed.
 */
export function lbfgs(
  objective: Objective,
  start: Float64Array,
  steps: number,
  tolerance: number,
): Float64Array {
  let [point, gradient] = [start.slice(), new Float64Array(start.length)];
  let value = objective(point, gradient);
  const pairs: Pair[] = [];
  for (let step = 0; step < steps && largest(gradient) > tolerance; step++) {
    const direction = directionOf(gradient, pairs);
    const slope = dot(direction, gradient);
    const next = {
      point: new Float64Array(point.length),
      gradient: new Float64Array(point.length),
      value: Infinity,
    };
    // The first step has no curvature to go by.
    let length = pairs.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    for (; length > 1e-20; length /= 2) {
      for (let i = 0; i < point.length; i++)
        next.point[i] = (point[i] as number) + length * (direction[i] as number);
      next.value = objective(next.point, next.gradient);
      if (next.value <= value + ENOUGH * length * slope) break;
    }
    if (!(next.value < value)) break;
    remember(pairs, point, gradient, next);
    [point, gradient, value] = [next.point, next.gradient, next.value];
  }
  return point;
}

/** A change of the point, the change of the gradient along it, and one over their product. */
interface Pair {
  readonly s: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

function remember(
  pairs: Pair[],
  point: Float64Array,
  gradient: Float64Array,
  next: { readonly point: Float64Array; readonly gradient: Float64Array },
): void {
  const s = next.point.map((value, i) => value - (point[i] as number));
  const y = next.gradient.map((value, i) => value - (gradient[i] as number));
  const curvature = dot(s, y);
  if (curvature <= 0) return;
  pairs.push({ s, y, rho: 1 / curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

/** Minus the approximate inverse Hessian times the gradient, by the two-loop recursion. */
function directionOf(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const q = gradient.map((value) => -value);
  const alphas: number[] = [];
  for (const { s, y, rho } of pairs.toReversed()) {
    const alpha = rho * dot(s, q);
    alphas.unshift(alpha);
    for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) - alpha * (y[i] as number);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) * scale;
  }
  pairs.forEach(({ s, y, rho }, at) => {
    const change = (alphas[at] as number) - rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i] = (q[i] as number) + change * (s[i] as number);
  });
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
