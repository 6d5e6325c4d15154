import type { Audit } from '../../../preload/contract/vocabulary.ts';
import { differenceMark, supported, valueWords } from './estimateCells.ts';
import { fold } from './fold.ts';
import { axisOf } from './intervalMark.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';
import { decimal, P_TITLE, signed, testWords } from './numbers.ts';
import { table } from './table.ts';
import { disparityTitle, groupTitle, metricTitle, runName } from './words.ts';

/** Differences between runs in overall metrics and in disparities. */
export function differenceTables(audit: Audit): Markup {
  const overall = audit.differences.filter((one) => one.disparity === null && one.group === null);
  const spreads = audit.differences.filter((one) => one.disparity !== null && one.group === null);
  const contrasts = audit.differences.filter((one) => one.disparity !== null && one.group !== null);
  const contrastTitle = 'Differences between groups (contrasts with the reference)';
  const parts = [
    ['Overall metrics', overall, differenceTable('Overall metrics', audit, overall)],
    [contrastTitle, contrasts, differenceTable(contrastTitle, audit, contrasts)],
    ['Largest differences between groups', spreads, spreadTable(audit, spreads)],
  ] as const;
  return markup`${parts.map(([title, rows, content]) =>
    fold({ title, aside: rowsWords(rows.length), level: 3, content }),
  )}`;
}

function rowsWords(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}

/** Differences between runs in metrics and contrasts, each with its mark, interval and p-value. */
export function differenceTable(caption: string, audit: Audit, differences: Audit['differences']): Markup {
  const axis = axisOf(differences.flatMap(supported), true);
  return table({
    caption,
    aside: `run minus baseline; axis ${signed(axis.low)} to ${signed(axis.high)}`,
    columns: [
      { title: 'Run minus baseline' },
      { title: 'Of' },
      { title: 'Groups' },
      { title: 'Chart' },
      { title: 'Value, 95% interval' },
      { title: P_TITLE, numeric: true },
    ],
    rows: differences.map((one) => [
      `${runName(audit, one.run)} − ${runName(audit, one.baseline)}`,
      one.disparity === null ? metricTitle(one.metric ?? '') : disparityTitle(one.disparity),
      one.features.length === 0
        ? 'everybody'
        : one.group === null
          ? `by ${one.features.join(' × ')}`
          : groupTitle(one.group),
      differenceMark(one, axis),
      valueWords(one, signed),
      testWords(one),
    ]),
  });
}

function spreadTable(audit: Audit, differences: Audit['differences']): Markup {
  return table({
    caption: 'Largest differences between groups',
    aside: 'run minus baseline; they carry no interval (see the rules), p is from swapping the runs',
    columns: [
      { title: 'Run minus baseline' }, { title: 'Of' }, { title: 'Groups' },
      { title: 'Value', numeric: true }, { title: P_TITLE, numeric: true }, { title: 'Detectable', numeric: true },
    ], // prettier-ignore
    rows: differences.map((one) => [
      `${runName(audit, one.run)} − ${runName(audit, one.baseline)}`,
      disparityTitle(one.disparity ?? ''),
      `by ${one.features.join(' × ')}`,
      signed(one.value),
      testWords(one),
      one.detectable == null ? '' : decimal(one.detectable),
    ]),
  });
}
