import type { Estimated, HealthMeasure, RepresentedGroup } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../core/rng.ts';
import { squaredDistances } from '../../fairness/representation/gram.ts';
import { type Matrix, normalisedRows } from '../../fairness/representation/matrix.ts';
import { knnVotes, nearest } from '../../fairness/representation/neighbours.ts';
import { rankme } from '../../fairness/representation/rankme.ts';
import { at, drawRows, drawWeights, rowsOf } from '../../fairness/representation/rows.ts';
import { std } from '../../fairness/representation/std.ts';
import { without } from '../estimates.ts';
import { centredEstimate, drawsOf, meanOf, percentileEstimate } from './estimate.ts';
import type { LayerInput } from './input.ts';
import type { Prepared, PreparedFeature, PreparedGroup } from './prepared.ts';

/** Effective ranks of draws take an eigenvalue problem each: so many of them at most. */
export const RANK_DRAWS = 100;

const MEASURES = ['effectiveRank', 'uniformity', 'alignment', 'std', 'knnAccuracy'] as const satisfies readonly HealthMeasure[]; // prettier-ignore

/** Lower and upper bounds of each measure. */
const BOUNDS: Readonly<Record<HealthMeasure, readonly [number, number]>> = {
  effectiveRank: [1, Infinity],
  uniformity: [-Infinity, 0],
  alignment: [0, 4],
  std: [0, 1],
  knnAccuracy: [0, 1],
};

/** Everybody together. */
export function overallHealth(prepared: Prepared, layer: LayerInput, stream: string): RepresentedGroup {
  const { rows, subjectCount } = prepared;
  const sets = [{ rows, bank: rows }];
  const measures = measured(prepared, layer, sets, subjectCount, stream);
  return { feature: null, group: null, n: rows.length, subjects: subjectCount, equalRows: rows.length, measures }; // prettier-ignore
}

/** Every group of a feature at equally many rows. */
export function groupHealth(
  prepared: Prepared,
  layer: LayerInput,
  feature: PreparedFeature,
  stream: string,
): readonly RepresentedGroup[] {
  const subsets = subsetsOf(prepared, feature, stream);
  return feature.groups.map((group) => {
    const place = feature.compared.indexOf(group);
    const facts = { feature: feature.column.name, group: group.value, n: group.rows.length, subjects: group.subjects }; // prettier-ignore
    const lack = group.lack ?? (feature.equalRows === 0 ? 'no other group to compare with' : null);
    if (lack !== null || place < 0) return { ...facts, equalRows: 0, measures: lacking(lack ?? '') };
    const sets = subsets.map((groups) => ({
      rows: groups[place] ?? new Int32Array(0),
      // Neighbours come from all groups alike, so that nobody's are scarcer.
      bank: Int32Array.from(groups.flatMap((own) => [...own])).sort(),
    }));
    const measures = measured(prepared, layer, sets, group.subjects, `${stream}/${group.value}`);
    return { ...facts, equalRows: feature.equalRows, measures };
  });
}

/** Equally many rows of each compared group, as often as the options say. */
export function subsetsOf(
  { options, table }: Prepared,
  { compared, equalRows }: Pick<PreparedFeature, 'compared' | 'equalRows'>,
  stream: string,
): readonly (readonly Int32Array[])[] {
  return Array.from({ length: options.subsamples }, (_, set) =>
    compared.map(({ rows, value }: PreparedGroup) =>
      drawRows(rows, table.subjects, equalRows, Rng.stream(options.seed, `${stream}/subset/${set}/${value}`)),
    ),
  );
}

function lacking(reason: string): Record<HealthMeasure, Estimated> {
  const none = MEASURES.map((measure) => [measure, without(null, reason)]);
  return Object.fromEntries(none) as Record<HealthMeasure, Estimated>;
}

/** Rows to measure, and those among which neighbours are looked for. */
interface MeasuredSet {
  readonly rows: Int32Array;
  readonly bank: Int32Array;
}

function measured(
  prepared: Prepared,
  layer: LayerInput,
  sets: readonly MeasuredSet[],
  subjects: number,
  stream: string,
): Record<HealthMeasure, Estimated> {
  const { options, table } = prepared;
  const looks = sets.map(({ rows, bank }) => ({ own: at(table.subjects, rows), ...measuresOf(prepared, layer, rows, bank) })); // prettier-ignore
  const estimates = MEASURES.map((measure): readonly [HealthMeasure, Estimated] => {
    if (measure === 'alignment' && layer.views === null) return [measure, without(null, 'no two views of the rows were given')]; // prettier-ignore
    if (measure === 'knnAccuracy' && table.target === null)
      return [measure, without(null, 'no label was given')];
    const count = measure === 'effectiveRank' ? Math.min(RANK_DRAWS, options.draws) : options.draws;
    const draws = drawsOf(count, (draw) => {
      const look = looks[draw % looks.length];
      if (!look) return null;
      return look[measure](drawWeights(look.own, Rng.stream(options.seed, `${stream}/draw/${draw}`)));
    });
    const value = meanOf(looks.map((look) => look[measure](null)));
    const smallest = Math.min(subjects, ...looks.map(({ own }) => new Set(own).size));
    return [
      measure,
      measure === 'knnAccuracy'
        ? percentileEstimate(value, draws, smallest)
        : centredEstimate(value, draws, smallest, BOUNDS[measure]),
    ];
  });
  return Object.fromEntries(estimates) as Record<HealthMeasure, Estimated>;
}

/** A measure of rows that count so often each (null: once). */
type Weighted = (weights: Uint16Array | null) => number | null;

function measuresOf(
  prepared: Prepared,
  layer: LayerInput,
  rows: Int32Array,
  bank: Int32Array,
): Record<HealthMeasure, Weighted> {
  const matrix = rowsOf(layer.matrix, rows);
  return {
    effectiveRank: (weights) => rankme(weights === null ? matrix : repeated(matrix, weights)),
    uniformity: uniformityOf(matrix),
    alignment: weightedMean(alignments(layer, rows)),
    std: (weights) => std(weights === null ? matrix : repeated(matrix, weights)),
    knnAccuracy: weightedMean(knnHits(prepared, layer, rows, bank)),
  };
}

function repeated(matrix: Matrix, weights: Uint16Array): Matrix {
  const places: number[] = [];
  weights.forEach((times, row) => {
    for (let time = 0; time < times; time++) places.push(row);
  });
  return rowsOf(matrix, places);
}

/** Uniformity over pairs of different rows, as in `uniformity.ts`, from distances computed once. */
function uniformityOf(matrix: Matrix): Weighted {
  const { size, data } = squaredDistances(normalisedRows(matrix));
  const kernel = data.map((distance) => Math.exp(-2 * distance));
  return (weights) => {
    let [sum, pairs] = [0, 0];
    for (let i = 0; i < size; i++) {
      const weight = weights === null ? 1 : (weights[i] ?? 0);
      if (weight === 0) continue;
      let [row, others] = [0, 0];
      for (let j = 0; j < i; j++) {
        const other = weights === null ? 1 : (weights[j] as number);
        others += other;
        row += other * (kernel[i * size + j] as number);
      }
      sum += weight * row;
      pairs += weight * others;
    }
    return pairs === 0 ? null : Math.log(sum / pairs);
  };
}

/** Squared distance of the two normalised views of each row. */
function alignments({ views }: LayerInput, rows: Int32Array): Float64Array {
  if (views === null) return new Float64Array(0);
  const [a, b] = views.map((view) => normalisedRows(rowsOf(view, rows)).data);
  const columns = views[0].columns;
  return Float64Array.from({ length: rows.length }, (_, row) => {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += ((a?.[i] ?? 0) - (b?.[i] ?? 0)) ** 2;
    return sum;
  });
}

/** 1 for each row that the vote of its neighbours in the bank tells rightly, else 0; NaN without neighbours. */
function knnHits(
  { table, options }: Prepared,
  { matrix }: LayerInput,
  rows: Int32Array,
  bank: Int32Array,
): Float64Array {
  if (table.target === null) return new Float64Array(0);
  const codes = at(table.target.codes, bank);
  const found = nearest(rowsOf(matrix, bank), at(table.subjects, bank), options.neighbours);
  const votes = knnVotes(found, codes, table.target.classes.length);
  const place = new Map(Array.from(bank, (row, index) => [row, index]));
  return Float64Array.from(rows, (row) => {
    const index = place.get(row) ?? -1;
    return votes[index] === -1 ? NaN : Number(votes[index] === codes[index]);
  });
}

function weightedMean(values: Float64Array): Weighted {
  return (weights) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const weight = weights === null ? 1 : (weights[i] ?? 0);
      sum += weight * (values[i] as number);
      count += weight;
    }
    return count === 0 || Number.isNaN(sum) ? null : sum / count;
  };
}
