import type { Audit, AuditedModel } from '../../../preload/contract/vocabulary.ts';
import { valueWords } from './estimateCells.ts';
import { fold } from './fold.ts';
import { markup } from './markup.ts';
import type { Markup, Piece } from './markup.ts';
import { decimal, percent, signed } from './numbers.ts';
import { table } from './table.ts';
import type { ReportTable } from './table.ts';
import { disparityTitle, groupTitle, metricTitle, runName } from './words.ts';

/** Best runs, changes of gaps, seeds and ratio scores; what an audit does not hold is left out. */
export function sideBySideTables(audit: Audit): Markup {
  const tables = [bestTable(audit), gapTable(audit), seedTable(audit), ratioTable(audit)];
  return markup`${tables.flatMap((one) =>
    one.rows.length === 0
      ? []
      : [
          fold({
            title: one.caption,
            level: 3,
            content: table(one),
            ...(one.aside === undefined ? {} : { aside: one.aside }),
          }),
        ],
  )}`;
}

/** Which run is marked as the best, and where none is. */
export function bestTable(audit: Audit): ReportTable {
  return {
    caption: 'Best of these trained models',
    aside: 'marked only where the paired interval excludes the runner-up',
    columns: [
      { title: 'Metric' }, { title: 'Groups' }, { title: 'Best' }, { title: 'Runner-up' },
      { title: 'Difference, 95% interval' }, { title: 'Marked' },
    ], // prettier-ignore
    rows: (audit.bests ?? []).map((one) => [
      metricTitle(one.metric),
      groupTitle(one.group),
      runName(audit, one.run),
      runName(audit, one.runnerUp),
      valueWords(one.difference, signed),
      one.marked ? 'best' : 'no run is marked',
    ]),
  };
}

/** Changes of gaps with their best and worst values. */
export function gapTable(audit: Audit): ReportTable {
  return {
    caption: 'Changes of gaps, with their ends',
    aside: 'a gap also narrows when the best group loses',
    columns: [
      { title: 'Run minus baseline' }, { title: 'Gap in' }, { title: 'Change', numeric: true }, { title: 'Best: baseline, run' },
      { title: 'Worst: baseline, run' }, { title: 'Note' },
    ], // prettier-ignore
    rows: audit.differences.flatMap((one): readonly (readonly Piece[])[] =>
      one.gap == null
        ? []
        : [
            [
              `${runName(audit, one.run)} − ${runName(audit, one.baseline)}`,
              `${disparityTitle(one.disparity ?? '')} by ${one.features.join(' × ')}`,
              signed(one.value),
              `${decimal(one.gap.baselineBest)}, ${decimal(one.gap.best)}`,
              `${decimal(one.gap.baselineWorst)}, ${decimal(one.gap.worst)}`,
              one.gap.narrowedWithoutWorst ? 'gap narrowed, worst group not improved' : '',
            ],
          ],
    ),
  };
}

/** Arms over their seeds. */
export function seedTable(audit: Audit): ReportTable {
  const values = (all: readonly (number | null)[]): string => all.map(decimal).join(' ');
  return {
    caption: 'Methods, seed by seed',
    aside: 'difference of means over seeds with Welch’s t interval',
    columns: [
      { title: 'Arm minus baseline' }, { title: 'Of' }, { title: 'Difference, 95% t interval' },
      { title: 'Values of the arm' }, { title: 'Values of the baseline' },
    ], // prettier-ignore
    rows: (audit.seedComparisons ?? []).map((one) => [
      `${one.arm} − ${one.baseline}`,
      one.disparity === null
        ? metricTitle(one.metric)
        : `${disparityTitle(one.disparity)} by ${one.features.join(' × ')}`,
      valueWords(one, signed),
      values(one.values),
      values(one.baselineValues),
    ]),
  };
}

/** Ratio scores over the ratios that both runs have. */
export function ratioTable(audit: Audit): ReportTable {
  return {
    caption: 'Ratio scores of runs',
    aside: 'mean |1 − r| over the ratios that are defined in both',
    columns: [
      { title: 'Run, baseline' }, { title: 'Group' }, { title: 'Ratios of both' }, { title: 'Left out' }, { title: 'Baseline', numeric: true },
      { title: 'Run', numeric: true }, { title: 'Improvement', numeric: true }, { title: 'Relative', numeric: true },
    ], // prettier-ignore
    rows: (audit.ratioComparisons ?? []).map((one) => [
      `${runName(audit, one.run)}, ${runName(audit, one.baseline)}`,
      groupTitle(one.group),
      one.shared.map(metricTitle).join(', ') || 'none',
      one.leftOut.map(metricTitle).join(', ') || 'none',
      decimal(one.baselineValue),
      decimal(one.value),
      signed(one.improvement),
      one.relative === null ? '—' : percent(one.relative),
    ]),
  };
}

/** The model that is compared with the baseline where there are two; null otherwise. */
export function comparedModel({ models, differences }: Audit): AuditedModel | null {
  if (models.length !== 2) return null;
  const run = differences[0]?.run;
  return models.find((model) => (model.run ?? model.name) === run) ?? models[1] ?? null;
}
