import type { Audit, Estimated } from '../../../preload/contract/vocabulary.ts';
import { besideWords, decimal, interval, P_TITLE, signed, testWords, whole } from '../report/numbers.ts';
import {
  disparityTitle,
  groupingsOf,
  groupTitle,
  isOf,
  isSpread,
  metricTitle,
  placeWords,
  primaryWords,
  runName,
} from '../report/words.ts';
import { auditMarker, notesBlock } from '../report/notes.ts';
import { otherTables } from '../report/otherDisparities.ts';
import { grid, markdownOf, plain } from '../report/plainMarkdown.ts';
import { reportSections } from '../report/reportSections.ts';
import { sectionTitle } from '../report/sections.ts';
import type { SectionId } from '../report/sections.ts';
import { sideBySideTables } from '../report/sideBySideTables.ts';
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

function text(input: ReportInput): string {
  const { audit, notes = {} } = input;
  return [
    auditMarker(audit.id),
    `# ${plain(audit.name)}`,
    `Audit of ${audit.models.map((model) => plain(model.name)).join(', ')} on ${plain(placeWords(audit))}. Evidence, not a verdict.`,
    ...selectionWords(audit.selectedOnAuditData ?? []).map(plain),
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
    'What is written between the marks of notes comes back: `pretext report AUDIT --notes FILE`.',
    ...reportSections({ ...input, notes: {} }).flatMap(({ id, content, missing }) => [
      `## ${sectionTitle(id)}`,
      ...(missing === null ? [] : [`Not assessed: ${plain(missing)}`]),
      ...(tablesOf(audit, id) ?? (content === null ? [] : [markdownOf(content)])),
      notesBlock(id, notes[id] ?? ''),
    ]),
    '',
  ].join('\n\n');
}

/** Sections that are mostly numbers, in fewer tables than a page with charts has; null for all others. */
function tablesOf(audit: Audit, id: SectionId): readonly string[] | null {
  if (id === 'overall')
    return [grid(['Metric', ...audit.models.map((model) => model.name)], overallRows(audit))];
  if (id === 'groups') return groupSection(audit);
  return id === 'comparison' && audit.models.length > 1 ? comparisonSection(audit) : null;
}

function groupSection(audit: Audit): readonly string[] {
  return [
    ...groupingsOf(audit).flatMap((features) => groupBlocks(audit, features)),
    '### Disparities',
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
    '### Groups against the reference',
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
  ];
}

function comparisonSection(audit: Audit): readonly string[] {
  return [
    'Differences between these trained models; they say nothing of methods.',
    grid(['Run − baseline', 'Of', 'Groups', 'Value', '95% interval', P_TITLE, 'Gap'], differenceRows(audit)),
    markdownOf(sideBySideTables(audit)),
  ];
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
        one.id.startsWith('equalizedOdds') ? disparityTitle(one.id) : metricTitle(one.metric),
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
    one.gap?.narrowedWithoutWorst === true ? 'gap narrowed, worst group not improved' : '',
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
