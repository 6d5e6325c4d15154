import type { DistanceMeasure, GroupDistance, TestedDistance } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../core/rng.ts';
import { shuffleP } from '../../fairness/draws.ts';
import { discrepancy, gaussianKernel, medianSquaredDistance, type Sides } from '../../fairness/representation/discrepancy.ts'; // prettier-ignore
import { centred, gram, manhattanDistances, squaredDistances } from '../../fairness/representation/gram.ts'; // prettier-ignore
import { centroidDistance, medoidDistances } from '../../fairness/representation/groupDistances.ts';
import type { Matrix } from '../../fairness/representation/matrix.ts';
import { at, drawRows, drawWeights, rowsOf, shuffleLabels } from '../../fairness/representation/rows.ts';
import { centredEstimate, drawsOf, meanOf, nullRangeOf } from './estimate.ts';
import type { LayerInput } from './input.ts';
import type { Prepared, PreparedFeature } from './prepared.ts';

const MEASURES = ['centroid', 'medoid', 'relativeMedoid', 'mmd'] as const satisfies readonly DistanceMeasure[]; // prettier-ignore

/** Pairs of groups are compared up to so many groups; every group with all others in any case. */
const MOST_PAIRED = 6;

/** Which groups of a feature are compared: places among the compared ones, null for everybody else. */
export function distancePairs({ compared }: PreparedFeature): readonly (readonly [number, number | null])[] {
  if (compared.length < 2) return [];
  const places = compared.map((_, place) => place);
  const pairs = compared.length > MOST_PAIRED ? [] : places.flatMap((a) => places.slice(a + 1).map((b) => [a, b] as const)); // prettier-ignore
  // Of two groups everybody else is the other one.
  return compared.length === 2 ? pairs : [...places.map((a) => [a, null] as const), ...pairs];
}

/** How far two groups (or a group and everybody else) are apart, at equally many rows. */
export function groupDistance(
  prepared: Prepared,
  { matrix }: LayerInput,
  feature: PreparedFeature,
  [first, second]: readonly [number, number | null],
  stream: string,
): GroupDistance {
  const { options, table } = prepared;
  const sets = Array.from({ length: options.subsamples }, (_, set) =>
    sidesOf(prepared, feature, [first, second], `${stream}/subset/${set}`),
  ).map(({ rows, of }) => ({
    of,
    subjects: at(table.subjects, rows),
    measures: measuresOf(rowsOf(matrix, rows)),
  }));
  const n = (sets[0]?.of.length ?? 0) / 2;
  const measures = MEASURES.map((measure) => [measure, testedDistance(prepared, sets, measure, stream)]);
  return {
    feature: feature.column.name,
    group: feature.compared[first]?.value ?? '',
    other: second === null ? null : (feature.compared[second]?.value ?? ''),
    n,
    measures: Object.fromEntries(measures) as Record<DistanceMeasure, TestedDistance>,
  };
}

/** Rows of both sides, equally many, and the side of each. */
function sidesOf(
  { options, table }: Prepared,
  { compared, equalRows }: PreparedFeature,
  [first, second]: readonly [number, number | null],
  stream: string,
): { readonly rows: Int32Array; readonly of: Int32Array } {
  const others = compared.filter((_, place) => (second === null ? place !== first : place === second));
  const pool = Int32Array.from(others.flatMap(({ rows }) => [...rows])).sort();
  const draw = (rows: Int32Array, side: string): Int32Array =>
    drawRows(rows, table.subjects, equalRows, Rng.stream(options.seed, `${stream}/${side}`));
  const [a, b] = [draw(compared[first]?.rows ?? new Int32Array(0), 'first'), draw(pool, 'second')];
  const of = Int32Array.from({ length: a.length + b.length }, (_, row) => (row < a.length ? 0 : 1));
  return { rows: Int32Array.of(...a, ...b), of };
}

type Measures = (measure: DistanceMeasure, sides: Sides) => number | null;

interface DistanceSet {
  readonly of: Int32Array;
  readonly subjects: Int32Array;
  readonly measures: Measures;
}

function measuresOf(matrix: Matrix): Measures {
  const squared = squaredDistances(matrix);
  const width = medianSquaredDistance(squared);
  const kernel = width === null ? null : gaussianKernel(squared, width);
  const products = gram(centred(matrix));
  const manhattan = manhattanDistances(matrix);
  return (measure, sides) => {
    switch (measure) {
      case 'centroid':
        return centroidDistance(products, sides);
      case 'medoid':
        return medoidDistances(manhattan, sides).medoid;
      case 'relativeMedoid':
        return medoidDistances(manhattan, sides).relative;
      case 'mmd':
        return kernel === null ? null : discrepancy(kernel, sides);
    }
  };
}

function testedDistance(
  { options }: Prepared,
  sets: readonly DistanceSet[],
  measure: DistanceMeasure,
  stream: string,
): TestedDistance {
  const observed = sets.map((set) => set.measures(measure, { of: set.of, weights: null }));
  const value = meanOf(observed);
  const draws = drawsOf(options.draws, (draw) => {
    const set = sets[draw % sets.length];
    if (!set) return null;
    const weights = drawWeights(set.subjects, Rng.stream(options.seed, `${stream}/draw/${draw}`));
    return set.measures(measure, { of: set.of, weights });
  });
  const nulls = drawsOf(options.permutations, (shuffle) => {
    const set = sets[shuffle % sets.length];
    if (!set) return null;
    const of = shuffleLabels(set.subjects, set.of, Rng.stream(options.seed, `${stream}/shuffle/${shuffle}`));
    return set.measures(measure, { of, weights: null });
  });
  // Each shuffle is held against the value of its own rows.
  const beyond = nulls.reduce(
    (sum, one, at) => sum + Number(one >= (observed[at % sets.length] ?? Infinity)),
    0,
  );
  const subjects = Math.min(...sets.map((set) => new Set(set.subjects).size));
  return {
    ...centredEstimate(value, draws, subjects, [measure === 'mmd' ? -Infinity : 0, Infinity]),
    p: value === null ? null : shuffleP(beyond, options.permutations),
    nullRange: nullRangeOf(nulls),
  };
}
