import type { AuditGroup } from '../../../preload/contract/vocabulary.ts';

/** Counts that the rates of a group give away, as pairs that make up a count which is shown too. */
export type Pairs = readonly (readonly [number, number])[];

/** a × true positives + b × false positives = c. */
type Equation = readonly [a: number, b: number, c: number];

const NOTHING = 1e-7;

/** What each rate says of the true and the false positives among p positives and n negatives. */
const SAYS: Readonly<Record<string, (rate: number, p: number, n: number) => Equation>> = {
  truePositiveRate: (rate, p) => [1, 0, rate * p],
  falseNegativeRate: (rate, p) => [1, 0, p - rate * p],
  falsePositiveRate: (rate, _p, n) => [0, 1, rate * n],
  trueNegativeRate: (rate, _p, n) => [0, 1, n - rate * n],
  selectionRate: (rate, p, n) => [1, 1, rate * (p + n)],
  accuracy: (rate, p, n) => [1, -1, rate * (p + n) - n],
  errorRate: (rate, p, n) => [1, -1, p - rate * (p + n)],
  precision: (rate) => [1 - rate, -rate, 0],
  falseDiscoveryRate: (rate) => [rate, rate - 1, 0],
  negativePredictiveValue: (rate, p, n) => [rate, rate - 1, rate * (p + n) - n],
  falseOmissionRate: (rate, p, n) => [1 - rate, -rate, p - rate * (p + n)],
  f1: (rate, p) => [2 - rate, -rate, rate * p],
  balancedAccuracy: (rate, p, n) => [1 / (2 * p), -1 / (2 * n), rate - 0.5],
};

/** Rates of classes that are not two: right and wrong answers alone. */
const OF_ALL: Readonly<Record<string, (rate: number) => number>> = {
  accuracy: (rate) => rate,
  errorRate: (rate) => 1 - rate,
  selectionRate: (rate) => rate,
};

/** Whether a metric is a rate of counts, from which counts can be had back. */
export function isRate(metric: string): boolean {
  return Object.hasOwn(SAYS, metric);
}

/**
 * The counts that follow from a group's size and rates. Two rates that say different things give away the whole confusion matrix; one
 * alone its numerator and what is left of the denominator.
 */
export function pairsOf({ n, positives, negatives, metrics }: AuditGroup): Pairs {
  const known = Object.entries(metrics).flatMap(([id, { value }]) =>
    value === null || !isRate(id) ? [] : [{ id, value }],
  );
  if (positives === null || negatives === null)
    return known.flatMap(({ id, value }) => {
      const share = OF_ALL[id]?.(value);
      return share === undefined ? [] : [parted(share * n, n)];
    });
  const equations = known.flatMap(({ id, value }) => {
    const says = SAYS[id]?.(value, positives, negatives);
    return says === undefined || says.some((one) => !Number.isFinite(one))
      ? []
      : [{ id, says: scaled(says) }];
  });
  const solved = solvedOf(equations.map(({ says }) => says));
  if (solved !== null) return [parted(solved[0], positives), parted(solved[1], negatives)];
  return equations.slice(0, 1).flatMap(({ id, says }) => aloneOf(id, says, positives, negatives));
}

/** With a largest factor of 1, so that equations of large and small groups are told apart alike. */
function scaled([a, b, c]: Equation): Equation {
  const most = Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);
  return [a / most, b / most, c / most];
}

/** True and false positives, if two of the equations say different things. */
function solvedOf(equations: readonly Equation[]): readonly [number, number] | null {
  for (const [a, b, c] of equations)
    for (const [d, e, f] of equations) {
      const determinant = a * e - b * d;
      if (Math.abs(determinant) < NOTHING) continue;
      return [(c * e - b * f) / determinant, (a * f - c * d) / determinant];
    }
  return null;
}

function aloneOf(id: string, [, , c]: Equation, positives: number, negatives: number): Pairs {
  const all = positives + negatives;
  if (id === 'truePositiveRate' || id === 'falseNegativeRate') return [parted(c, positives)];
  if (id === 'falsePositiveRate' || id === 'trueNegativeRate') return [parted(c, negatives)];
  if (id === 'selectionRate') return [parted(c, all)];
  if (id === 'accuracy' || id === 'errorRate') return [parted(c + negatives, all)];
  // Shares of a whole that nothing else tells.
  return [];
}

function parted(part: number, whole: number): readonly [number, number] {
  const count = Math.round(part);
  return [count, whole - count];
}
