import { MIN_ROWS, MIN_SUBJECTS } from '../../fairness/support.ts';
import { RANK_DRAWS } from './health.ts';
import type { Prepared } from './prepared.ts';
import { SIMILARITY_ROWS } from './similarity.ts';

/** The rules that an audit of representations applied, in words. */
export function rulesOf({ options, features, models }: Prepared): readonly string[] {
  const { draws, permutations, subsamples, neighbours, associations, seed } = options;
  const sizes = features.map(({ column, equalRows }) => `${column.name} ${equalRows}`).join(', ');
  return [
    `Groups are compared at equally many rows (${sizes}), because effective rank and distances depend on their number; values are means over ${subsamples} drawings of so many, by whole subjects.`,
    `A group needs ${MIN_ROWS} rows and ${MIN_SUBJECTS} subjects; with less, and where the value is unknown, it is counted and not compared.`,
    `Intervals are of ${draws} bootstrap draws of whole subjects (effective rank: ${Math.min(RANK_DRAWS, draws)}), seed ${seed}, widened for few subjects (Hesterberg 2015). Those of rank, uniformity, alignment, spread, distances and CKA are moved so that the draws' mean is the value, because a draw repeats rows; all others are percentile intervals.`,
    `Distances and shares of neighbours are never exactly 0 or chance: beside them stands their range over ${permutations} shuffles of groups among subjects, and the share of shuffles at least as large (p).`,
    `kNN and shares look at ${neighbours} neighbours by cosine; rows of the same subject are no neighbours. Intervals hold for the neighbours found.`,
    'Leakage probes learn on two thirds of the subjects and are tested on the others, every group counting the same. They are forgotten at once: never stored, never exported, never applied to a row whose value is unknown. That groups can be told says what a representation holds, not what is done with it.',
    `CKA compares everybody on at most ${SIMILARITY_ROWS} rows, groups at equally many; the mixed control has as many rows of all groups alike. ${models.length > 1 ? 'Every model is compared with the first.' : ''}`.trim(),
    ...(associations.length === 0
      ? []
      : [
          'Association tests are one-sided; every partition is counted up to 10,000, else 10,000 are drawn. A benign control that is not found says that the encoder does not show associations of this kind at all; one that an untrained encoder shows comes from its input.',
        ]),
    'p-values stand beside adjusted ones: association tests by Holm, all others together by Benjamini and Hochberg.',
    'An undefined value is null with its reason; it is never counted as 0.',
  ];
}

/** What was left out, in words. */
export function notesOf({ rows, table, features, models, rawInput }: Prepared): readonly string[] {
  const left = table.subjects.length - rows.length;
  const without = models.flatMap((model) =>
    model.layers
      .filter(({ untrained }) => untrained === null)
      .map(({ layer }) => `${layer} of ${model.name}`),
  );
  return [
    ...(left > 0 ? [`${rows.length} of ${table.subjects.length} rows were measured, drawn by whole subjects.`] : []),
    ...features.flatMap(({ column, groups, compared }) =>
      groups
        .filter((group) => !compared.includes(group))
        .map(({ value, rows: own, lack }) => `${column.name} ${value}: ${own.length} rows, ${lack ?? ''}.`),
    ),
    ...features
      .filter(({ compared }) => compared.length < 2)
      .map(({ column }) => `${column.name} has fewer than two groups with enough behind them: nothing is compared.`),
    ...(rawInput === null ? ['The raw input was not given: leakage is not compared with it.'] : []),
    ...(without.length > 0 ? [`No untrained encoder was given for ${without.join(', ')}: leakage and associations are not compared with it.`] : []),
  ]; // prettier-ignore
}
