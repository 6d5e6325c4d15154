import type { NeighbourShare } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../core/rng.ts';
import { shuffleP } from '../../fairness/draws.ts';
import { nearest, sameShares } from '../../fairness/representation/neighbours.ts';
import { at, drawWeights, rowsOf, shuffleLabels } from '../../fairness/representation/rows.ts';
import { without } from '../estimates.ts';
import { drawsOf, nullRangeOf, percentileEstimate } from './estimate.ts';
import type { LayerInput } from './input.ts';
import { countSubjects, type Prepared, type PreparedFeature } from './prepared.ts';

/** How many of the nearest neighbours share the group: over all compared groups, and of each. */
export function neighbourShares(
  { options, table, rows }: Prepared,
  { matrix }: LayerInput,
  { column, groups, compared, codes }: PreparedFeature,
  stream: string,
): readonly NeighbourShare[] {
  const known = rows.filter((row) => (codes[row] ?? -1) >= 0);
  const [own, subjects] = [at(codes, known), at(table.subjects, known)];
  const found = nearest(rowsOf(matrix, known), subjects, options.neighbours);
  const shares = sameShares(found, own);
  const bases = chanceOf(own, subjects);
  const excess = above(shares, bases);
  const draws = Array.from({ length: options.draws }, (_, draw) =>
    drawWeights(subjects, Rng.stream(options.seed, `${stream}/draw/${draw}`)),
  );
  const shuffles = Array.from({ length: options.permutations }, (_, shuffle) => {
    const labels = shuffleLabels(subjects, own, Rng.stream(options.seed, `${stream}/shuffle/${shuffle}`));
    return { labels, above: above(sameShares(found, labels), chanceOf(labels, subjects)) };
  });
  const row = (group: string | null, place: number | null): NeighbourShare => {
    const value = meanWhere(shares, own, place, null);
    const nulls = drawsOf(options.permutations, (shuffle) => {
      const { labels, above: shuffled } = shuffles[shuffle] ?? { labels: own, above: excess };
      return meanWhere(shuffled, labels, place, null);
    });
    const base = meanWhere(bases, own, place, null) ?? 0;
    const observed = meanWhere(excess, own, place, null);
    const range = nullRangeOf(nulls);
    const members = known.filter((_, index) => place === null || own[index] === place);
    const beyond = nulls.reduce((sum, one) => sum + Number(observed !== null && one >= observed), 0);
    return {
      ...percentileEstimate(
        value,
        drawsOf(options.draws, (draw) => meanWhere(shares, own, place, draws[draw] ?? null)),
        countSubjects(members, table.subjects),
      ),
      feature: column.name,
      group,
      n: members.length,
      base,
      p: value === null ? null : shuffleP(beyond, options.permutations),
      // Subjects have unlike numbers of rows, so that chance differs from shuffle to shuffle: what counts is how far above it.
      nullRange: range && [base + range[0], base + range[1]],
    };
  };
  const left = groups.filter((group) => !compared.includes(group));
  const why = compared.length < 2 ? 'no other group to compare with' : '';
  if (compared.length < 2) return groups.map((group) => lacking(column.name, group.value, group.rows.length, group.lack ?? why)); // prettier-ignore
  return [
    row(null, null),
    ...compared.map(({ value }, place) => row(value, place)),
    ...left.map(({ value, rows: members, lack }) => lacking(column.name, value, members.length, lack ?? '')),
  ];
}

function lacking(feature: string, group: string, n: number, reason: string): NeighbourShare {
  return { ...without(null, reason), feature, group, n, base: 0, p: null, nullRange: null };
}

function above(shares: Float64Array, bases: Float64Array): Float64Array {
  return shares.map((share, row) => share - (bases[row] ?? 0));
}

/** Of each row, the share of its own group among the rows of other subjects. */
function chanceOf(codes: Int32Array, subjects: Int32Array): Float64Array {
  const size = codes.reduce((most, code) => Math.max(most, code), 0) + 1;
  const groups = countsBy(codes);
  const people = countsBy(subjects);
  const both = countsBy(subjects.map((subject, row) => subject * size + (codes[row] ?? 0)));
  return Float64Array.from(codes, (code, row) => {
    const subject = subjects[row] ?? 0;
    const others = codes.length - (people.get(subject) ?? 0);
    return ((groups.get(code) ?? 0) - (both.get(subject * size + code) ?? 0)) / others;
  });
}

function countsBy(codes: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return counts;
}

/** Mean over rows with a code (null: any) that count so often each. */
function meanWhere(
  values: Float64Array,
  codes: Int32Array,
  code: number | null,
  weights: Uint16Array | null,
): number | null {
  let [sum, count] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    if (code !== null && codes[row] !== code) continue;
    const weight = weights === null ? 1 : (weights[row] ?? 0);
    sum += weight * (values[row] as number);
    count += weight;
  }
  return count === 0 || Number.isNaN(sum) ? null : sum / count;
}
