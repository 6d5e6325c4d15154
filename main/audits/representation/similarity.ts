import type { RepresentationSimilarity } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../core/rng.ts';
import { weightedCka, type Similarity } from '../../fairness/representation/cka.ts';
import { centred, gram } from '../../fairness/representation/gram.ts';
import type { Matrix } from '../../fairness/representation/matrix.ts';
import { at, drawRows, drawWeights, rowsOf } from '../../fairness/representation/rows.ts';
import { centredEstimate, drawsOf, meanOf } from './estimate.ts';
import { subsetsOf } from './health.ts';
import type { LayerInput } from './input.ts';
import type { Prepared, PreparedFeature } from './prepared.ts';

/** Rows of a comparison of everybody at most: beyond it CKA hardly moves, and its draws take the square of them. */
export const SIMILARITY_ROWS = 600;

/** Two layers that are compared. */
export interface LayerPair {
  readonly model: number;
  readonly baseline: number;
  readonly layer: LayerInput;
  readonly baselineLayer: LayerInput;
}

/** Everybody. */
export function overallSimilarity(
  prepared: Prepared,
  pair: LayerPair,
  stream: string,
): RepresentationSimilarity {
  const { rows, table, options } = prepared;
  const chosen = drawRows(rows, table.subjects, SIMILARITY_ROWS, Rng.stream(options.seed, 'similarity/rows'));
  return rowOf(prepared, pair, { feature: null, group: null, sets: [chosen], stream });
}

/** Each group at equally many rows, and as a control as many rows of all groups alike. */
export function groupSimilarities(
  prepared: Prepared,
  pair: LayerPair,
  feature: PreparedFeature,
  stream: string,
): readonly RepresentationSimilarity[] {
  if (feature.equalRows === 0) return [];
  const { compared, equalRows, column } = feature;
  // The same rows for every pair of layers.
  const subsets = subsetsOf(prepared, feature, `similarity/${column.name}`);
  const mixed = subsetsOf(prepared, { compared, equalRows: Math.ceil(equalRows / compared.length) }, `similarity/${column.name}/mixed`); // prettier-ignore
  const control = mixed.map((groups) => Int32Array.from(groups.flatMap((own) => [...own])).sort());
  return [
    ...compared.map(({ value }, place) =>
      rowOf(prepared, pair, {
        feature: column.name,
        group: value,
        sets: subsets.map((groups) => groups[place] ?? new Int32Array(0)),
        stream: `${stream}/${value}`,
      }),
    ),
    rowOf(prepared, pair, { feature: column.name, group: null, sets: control, stream: `${stream}/mixed` }),
  ];
}

interface SimilarityRows {
  readonly feature: string | null;
  readonly group: string | null;
  readonly sets: readonly Int32Array[];
  readonly stream: string;
}

function rowOf(
  prepared: Prepared,
  pair: LayerPair,
  { feature, group, sets, stream }: SimilarityRows,
): RepresentationSimilarity {
  // prettier-ignore
  const { options, table } = prepared;
  const looks = sets.map((rows) => {
    const products = (matrix: Matrix) => gram(centred(rowsOf(matrix, rows)));
    const [k, l] = [products(pair.layer.matrix), products(pair.baselineLayer.matrix)];
    return {
      subjects: at(table.subjects, rows),
      cka: (weights: Uint16Array | null) => weightedCka(k, l, weights),
    };
  });
  const points = looks.map(({ cka }) => cka(null));
  const draws = Array.from({ length: options.draws }, (_, draw): Similarity => {
    const look = looks[draw % looks.length];
    const none = { biased: null, unbiased: null };
    return look?.cka(drawWeights(look.subjects, Rng.stream(options.seed, `${stream}/draw/${draw}`))) ?? none;
  });
  const subjects = Math.min(...looks.map((look) => new Set(look.subjects).size));
  const estimate = (of: keyof Similarity, bounds: readonly [number, number]) =>
    centredEstimate(
      meanOf(points.map((point) => point[of])),
      drawsOf(options.draws, (draw) => draws[draw]?.[of] ?? null),
      subjects,
      bounds,
      'one of the two does not vary',
    );
  return {
    model: pair.model,
    baseline: pair.baseline,
    layer: pair.layer.layer,
    baselineLayer: pair.baselineLayer.layer,
    feature,
    group,
    n: sets[0]?.length ?? 0,
    biased: estimate('biased', [0, 1]),
    unbiased: estimate('unbiased', [-1, 1]),
  };
}
