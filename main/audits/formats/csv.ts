import type {
  Audit,
  Estimated,
  GroupKey,
  ParityDeviation,
  Tested,
} from '../../../preload/contract/vocabulary.ts';
import { runKey } from '../report/words.ts';
import { csvText } from './csvText.ts';
import type { CsvCell } from './csvText.ts';
import type { ReportFormat } from './format.ts';

const HEADER = [
  'run', 'baseline', 'kind', 'metric', 'disparity', 'disparity_kind', 'relative_to', 'features', 'group', 'reference',
  'max_group', 'min_group', 'n', 'subjects', 'positives', 'negatives', 'value', 'low', 'high', 'p', 'null_low', 'null_high', 'reason',
  'p_adjusted', 'adjustment', 'simultaneous_low', 'simultaneous_high', 'bca_low', 'bca_high', 'detectable',
  'control', 'stratum', 'selected_on_audit_data',
] as const; // prettier-ignore

type Row = Partial<Record<(typeof HEADER)[number], CsvCell>>;

/** One row per number, for a spreadsheet or a script. */
export const csv: ReportFormat = {
  id: 'csv',
  title: 'CSV table',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8',
  render: ({ audit }) => {
    const selected = audit.selectedOnAuditData?.join(' ') ?? null;
    const rows = [
      ...metricRows(audit),
      ...disparityRows(audit),
      ...otherRows(audit),
      ...differenceRows(audit),
      ...suppressedRows(audit),
    ].map((row): Row => ({ ...row, selected_on_audit_data: selected }));
    return new TextEncoder().encode(
      csvText([HEADER, ...rows.map((row) => HEADER.map((name) => row[name] ?? null))]),
    );
  },
};

function metricRows(audit: Audit): readonly Row[] {
  return audit.models.flatMap((model) =>
    [model.overall, ...model.groups].flatMap(({ group, n, subjects, positives, negatives, metrics }) =>
      Object.entries(metrics).map(([metric, estimate]) => ({
        run: runKey(model),
        kind: Object.keys(group).length === 0 ? 'overall' : 'group',
        metric,
        features: Object.keys(group).join(' × '),
        group: groupText(group),
        n,
        subjects,
        positives,
        negatives,
        ...estimateCells(estimate),
      })),
    ),
  );
}

function disparityRows(audit: Audit): readonly Row[] {
  return audit.models.flatMap((model) =>
    model.disparities.map((one) => ({
      run: runKey(model),
      kind: 'disparity',
      metric: one.metric,
      disparity: one.id,
      disparity_kind: one.kind,
      relative_to: one.relativeTo,
      features: one.features.join(' × '),
      group: groupText(one.group),
      reference: groupText(one.reference),
      max_group: groupText(one.max),
      min_group: groupText(one.min),
      ...testCells(one),
      null_low: one.nullRange?.[0] ?? null,
      null_high: one.nullRange?.[1] ?? null,
      simultaneous_low: one.simultaneous?.[0] ?? null,
      simultaneous_high: one.simultaneous?.[1] ?? null,
      ...estimateCells(one),
    })),
  );
}

function otherRows(audit: Audit): readonly Row[] {
  return audit.models.flatMap((model) => {
    const run = runKey(model);
    return [
      ...(model.impact ?? []).flatMap((one) =>
        (['selectionRate', 'impactRatio', 'scoringRate', 'scoringRatio'] as const).map((metric) => ({
          run,
          kind: 'impact',
          metric,
          features: one.features.join(' × '),
          group: groupText(one.group),
          n: one.n,
          value: one[metric],
        })),
      ),
      ...(model.parityDeviations ?? []).flatMap(deviationRows).map((row) => ({ run, ...row })),
      ...(model.conditional ?? []).map((one) => ({
        run,
        kind: 'conditional',
        metric: one.metric,
        disparity: one.id,
        disparity_kind: 'difference',
        features: one.features.join(' × '),
        control: one.control,
        stratum: one.stratum,
        n: one.n,
        max_group: groupText(one.max),
        min_group: groupText(one.min),
        null_low: one.nullRange?.[0] ?? null,
        null_high: one.nullRange?.[1] ?? null,
        ...testCells(one),
        ...estimateCells(one),
      })),
    ];
  });
}

function deviationRows({
  features,
  group,
  ratios,
  meanDeviation,
  meanLogRatio,
}: ParityDeviation): readonly Row[] {
  const facts = { kind: 'parityDeviation', features: features.join(' × '), reference: groupText(group) };
  const kinds = (metric: string | null, values: Readonly<Record<string, number | null>>): readonly Row[] =>
    Object.entries(values).map(([disparity_kind, value]) => ({ ...facts, metric, disparity_kind, value }));
  return [
    ...ratios.flatMap(({ metric, ratio, deviation, logRatio }) =>
      kinds(metric, { ratio, deviation, logRatio }),
    ),
    ...kinds(null, { meanDeviation, meanLogRatio }),
  ];
}

function suppressedRows({ suppressed }: Audit): readonly Row[] {
  return (suppressed?.groups ?? []).map(({ group, what }) => ({
    kind: 'suppressed',
    features: Object.keys(group).join(' × '),
    group: groupText(group),
    reason: `Counts below ${suppressed?.least ?? 0} are not shown, nor others from which they would follow: ${what === 'all' ? 'nothing of this group is' : 'its size is, its rates are not'}.`,
  }));
}

function differenceRows(audit: Audit): readonly Row[] {
  return audit.differences.map((one) => ({
    run: one.run,
    baseline: one.baseline,
    kind: 'difference',
    metric: one.metric,
    disparity: one.disparity,
    features: one.features.join(' × '),
    group: groupText(one.group),
    ...testCells(one),
    ...estimateCells(one),
  }));
}

function estimateCells({ value, low, high, reason, bca, detectable }: Estimated): Row {
  return {
    value,
    low,
    high,
    reason: reason ?? null,
    bca_low: bca?.[0] ?? null,
    bca_high: bca?.[1] ?? null,
    detectable: detectable ?? null,
  };
}

function testCells({ p, pAdjusted, adjustment }: Tested): Row {
  return { p, p_adjusted: pAdjusted ?? null, adjustment: adjustment ?? null };
}

function groupText(group: GroupKey | null | undefined): string | null {
  if (group == null) return null;
  return Object.entries(group).map(([feature, value]) => `${feature}=${value}`).join('; '); // prettier-ignore
}
