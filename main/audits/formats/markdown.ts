import type { Audit, Estimated } from '../../../preload/contract/vocabulary.ts';
import { besideWords, decimal, interval, P_TITLE, signed, testWords, whole } from '../report/numbers.ts';
import {
  disparityTitle,
  groupingsOf,
  groupTitle,
  isOf,
  isSpread,
  looksWords,
  metricTitle,
  placeWords,
  primaryWords,
  runName,
} from '../report/words.ts';
import { otherTables } from '../report/otherDisparities.ts';
import { selectionWords } from '../selection.ts';
import type { ReportFormat, ReportInput } from './format.ts';

/** Tables and sentences without charts, for a repository or a wiki. */
export const markdown: ReportFormat = {
  id: 'markdown',
  title: 'Markdown',
  extension: 'md',
  mediaType: 'text/markdown; charset=utf-8',
  render: (input) => new TextEncoder().encode(text(input)),
};

function text({ audit, version }: ReportInput): string {
  return [
    `# ${plain(audit.name)}`,
    `Audit of ${audit.models.map((model) => plain(model.name)).join(', ')} on ${plain(placeWords(audit))}. Evidence, not a verdict.`,
    ...selectionWords(audit.selectedOnAuditData ?? []).map(plain),
    bullets([
      `Audit ${audit.id}, ${audit.created}, Pretext ${version}`,
      ...Object.entries(audit.hashes).map(([name, digest]) => `SHA-256 of ${plain(name)}: ${digest}`),
    ]),
    '## Primary metric',
    `${plain(primaryWords(audit))}. ${audit.primaryDeclared === null ? 'Not declared before the first look.' : `Declared ${plain(audit.primaryDeclared)}.`}`,
    grid(
      ['Run', 'Value', '95% interval', P_TITLE],
      audit.models.map((model) => [
        model.name,
        signed(model.primary?.value ?? null),
        range(model.primary, signed),
        model.primary?.p === undefined ? '' : testWords({ ...model.primary, p: model.primary.p }),
      ]),
    ),
    '## Overall',
    grid(['Metric', ...audit.models.map((model) => model.name)], overallRows(audit)),
    '## Groups',
    ...groupingsOf(audit).flatMap((features) => groupBlocks(audit, features)),
    '## Disparities',
    grid(
      ['Run', 'By', 'Disparity', 'Value', 'Shuffled groups', P_TITLE, 'Detectable', 'Highest', 'Lowest'],
      disparityRows(audit),
    ),
    ...otherTables(audit).flatMap(({ title, aside, columns, rows }) => [
      `### ${plain(title)}`,
      plain(aside),
      grid(
        columns.map((column) => column.title),
        rows,
      ),
    ]),
    '## Groups against the reference',
    grid(
      [
        'Run',
        'Group',
        'Reference',
        'Metric',
        'Difference',
        '95% interval',
        'Simultaneous 95% interval',
        P_TITLE,
      ],
      contrastRows(audit),
    ),
    '## Differences between runs',
    grid(['Run − baseline', 'Of', 'Groups', 'Value', '95% interval', P_TITLE], differenceRows(audit)),
    '## Rules of the statistics',
    bullets(audit.rules),
    '## Notes and limitations',
    bullets([...audit.notes, ...[looksWords(audit)].filter((words) => words !== null)]),
    '',
  ].join('\n\n');
}

function overallRows(audit: Audit): readonly (readonly string[])[] {
  return Object.keys(audit.models[0]?.overall.metrics ?? {}).map((id) => [
    metricTitle(id),
    ...audit.models.map((model) => words(model.overall.metrics[id])),
  ]);
}

function groupBlocks(audit: Audit, features: readonly string[]): readonly string[] {
  const ids = Object.keys(audit.models[0]?.overall.metrics ?? {});
  const header = [features.join(' × '), 'n', ...ids.map(metricTitle)];
  return audit.models.flatMap((model) => {
    const groups = model.groups.filter((group) => isOf(group.group, features));
    const rows = groups.map((group) => [
      groupTitle(group.group),
      whole(group.n),
      ...ids.map((id) => words(group.metrics[id])),
    ]);
    return [`### By ${plain(features.join(' × '))}, ${plain(model.name)}`, grid(header, rows)];
  });
}

function disparityRows(audit: Audit): readonly (readonly string[])[] {
  return audit.models.flatMap((model) =>
    model.disparities
      .filter(isSpread)
      .map((one) => [
        model.name,
        one.features.join(' × '),
        `${disparityTitle(one.id)}, ${one.kind}, ${one.relativeTo === 'overall' ? 'to overall' : 'between groups'}`,
        decimal(one.value),
        one.nullRange == null ? '' : `${decimal(one.nullRange[0])} to ${decimal(one.nullRange[1])}`,
        testWords(one),
        one.detectable == null ? '' : decimal(one.detectable),
        one.max === null ? '' : groupTitle(one.max),
        one.min === null ? '' : groupTitle(one.min),
      ]),
  );
}

function contrastRows(audit: Audit): readonly (readonly string[])[] {
  return audit.models.flatMap((model) =>
    model.disparities
      .filter((one) => !isSpread(one) && one.kind === 'difference')
      .map((one) => [
        model.name,
        groupTitle(one.group),
        groupTitle(one.reference),
        metricTitle(one.metric),
        signed(one.value),
        range(one, signed),
        one.simultaneous == null ? '' : `${signed(one.simultaneous[0])} to ${signed(one.simultaneous[1])}`,
        testWords(one),
      ]),
  );
}

function differenceRows(audit: Audit): readonly (readonly string[])[] {
  return audit.differences.map((one) => [
    `${runName(audit, one.run)} − ${runName(audit, one.baseline)}`,
    one.disparity === null ? metricTitle(one.metric ?? '') : disparityTitle(one.disparity),
    one.features.length === 0
      ? 'everybody'
      : one.group === null
        ? `by ${one.features.join(' × ')}`
        : groupTitle(one.group),
    signed(one.value),
    range(one, signed),
    testWords(one),
  ]);
}

function words(estimate: Estimated | undefined): string {
  return estimate === undefined ? '' : `${decimal(estimate.value)} (${range(estimate, decimal)})`;
}

function range(estimate: Estimated | null, format: (value: number | null) => string): string {
  if (estimate === null) return '';
  const words = interval(estimate, format) || (estimate.reason ?? '');
  return [words, besideWords(estimate, format)].filter((part) => part !== '').join('; ');
}

function grid(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  return [line(header), `|${header.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n');
}

function bullets(items: readonly string[]): string {
  return items.length === 0 ? 'None.' : items.map((item) => `- ${plain(item)}`).join('\n');
}

/** Text that Markdown and the HTML in it take literally. */
function plain(value: string): string {
  return value
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
