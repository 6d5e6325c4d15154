import type { Audit, AuditedModel, GroupKey } from '../../../preload/contract/vocabulary.ts';
import { LEAST_SHARE } from '../../fairness/impact.ts';
import { decimal, P_TITLE, percent, testWords, whole } from './numbers.ts';
import { disparityTitle, groupTitle, metricTitle } from './words.ts';

/** A table of texts, in the same words in every format. */
export interface TextTable {
  readonly title: string;
  readonly aside: string;
  readonly columns: readonly { readonly title: string; readonly numeric?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** Impact and scoring ratios, parity deviations and conditional parity of every model; nothing that an audit does not hold. */
export function otherTables(audit: Audit): readonly TextTable[] {
  return audit.models.flatMap((model) =>
    [impactTable(model), deviationTable(model), ...conditionalTables(model)].filter(
      (one) => one.rows.length > 0,
    ),
  );
}

function impactTable({ name, impact = [] }: AuditedModel): TextTable {
  return {
    title: `Impact and scoring ratios, ${name}`,
    aside: `NYC Local Law 144: rate over the highest rate; groups below ${percent(LEAST_SHARE)} of the rows take no part in the highest; .8 is a customary reference line, no verdict`,
    columns: [
      { title: 'Group' }, { title: 'n', numeric: true }, { title: 'Share', numeric: true }, { title: 'Selection rate', numeric: true },
      { title: 'Impact ratio', numeric: true }, { title: 'Scoring rate', numeric: true }, { title: 'Scoring ratio', numeric: true },
    ], // prettier-ignore
    rows: impact.map((one) => [
      groupTitle(one.group),
      whole(one.n),
      percent(one.share),
      ...[one.selectionRate, one.impactRatio, one.scoringRate, one.scoringRatio].map(decimal),
    ]),
  };
}

function deviationTable({ name, parityDeviations = [] }: AuditedModel): TextTable {
  return {
    title: `Parity deviation of six ratios, ${name}`,
    aside:
      'everybody else over the group; |1 - r| weighs twice as much more than half as much, |ln r| does not',
    columns: [
      { title: 'Group' },
      { title: 'Ratio of' },
      { title: 'r', numeric: true },
      { title: '|1 - r|', numeric: true },
      { title: '|ln r|', numeric: true },
    ],
    rows: parityDeviations.flatMap((one) => [
      ...one.ratios.map((ratio) => [
        fullTitle(one.group),
        metricTitle(ratio.metric),
        ...[ratio.ratio, ratio.deviation, ratio.logRatio].map(decimal),
      ]),
      [
        fullTitle(one.group),
        'mean of those defined',
        '',
        decimal(one.meanDeviation),
        decimal(one.meanLogRatio),
      ],
    ]),
  };
}

function conditionalTables({ name, conditional = [] }: AuditedModel): readonly TextTable[] {
  const [first] = conditional;
  if (!first) return [];
  return [
    {
      title: `Within ${first.control}, ${name}`,
      aside:
        'largest difference between groups within each value, beside what groups shuffled within it give',
      columns: [
        { title: 'Disparity' }, { title: 'By' }, { title: first.control }, { title: 'n', numeric: true }, { title: 'Difference', numeric: true },
        { title: 'Shuffled groups' }, { title: P_TITLE, numeric: true }, { title: 'Highest, lowest' }, { title: 'Note' },
      ], // prettier-ignore
      rows: conditional.map((one) => [
        disparityTitle(one.id),
        one.features.join(' × '),
        one.stratum ?? 'mean by rows',
        whole(one.n),
        decimal(one.value),
        one.nullRange === null ? '' : `${decimal(one.nullRange[0])} to ${decimal(one.nullRange[1])}`,
        testWords(one),
        [one.max, one.min].flatMap((group) => (group === null ? [] : [groupTitle(group)])).join(', '),
        one.reason ?? '',
      ]),
    },
  ];
}

function fullTitle(group: GroupKey): string {
  return Object.entries(group).map(([feature, value]) => `${feature} ${value}`).join(', '); // prettier-ignore
}
