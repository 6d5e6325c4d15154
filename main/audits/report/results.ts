import type { Audit, AuditGroup, Estimated } from '../../../preload/contract/vocabulary.ts';
import { axisOf, intervalMark, nullMark } from './intervalMark.ts';
import type { Axis } from './intervalMark.ts';
import { markup } from './markup.ts';
import type { Markup, Piece } from './markup.ts';
import { decimal, interval, pValue, signed, whole } from './numbers.ts';
import { table } from './table.ts';
import {
  disparityTitle, groupingsOf, groupTitle, isOf, isSpread, metricDifference, metricTitle, primaryWords, runKey, runName,
} from './words.ts'; // prettier-ignore

/** CSS class of the audit's n-th model: the same colour everywhere in a report. */
export function colourOf(index: number): string {
  return `c${(index % 6) + 1}`;
}

/** What a reader looks for first: the primary metric of every run, and the differences between runs. */
export function inShort(audit: Audit): Markup {
  const estimates = audit.models.map((model) => model.primary ?? null);
  if (audit.primary === null)
    return markup`<p>No primary metric was declared before the first look; every number below is exploratory.</p>`;
  const axis = axisOf(
    estimates.filter((one) => one !== null),
    true,
  );
  const differences = audit.differences.filter((one) => one.disparity !== null && isPrimary(audit, one));
  return markup`${table({
    caption: primaryWords(audit),
    aside: `axis ${decimal(axis.low)} to ${decimal(axis.high)}`,
    columns: [
      { title: 'Run' },
      { title: 'Method' },
      { title: 'Chart' },
      { title: 'Value', numeric: true },
      { title: '95% interval' },
    ],
    rows: audit.models.map((model, at) => [
      model.name,
      model.method,
      estimates[at] == null ? '' : intervalMark(estimates[at], axis, colourOf(at)),
      signed(estimates[at]?.value ?? null),
      intervalOrReason(estimates[at] ?? null),
    ]),
  })} ${differences.length > 0 && differenceTable('Difference between runs in the primary metric', audit, differences)}`;
}

function isPrimary(audit: Audit, one: Audit['differences'][number]): boolean {
  const { primary } = audit;
  if (primary === null || one.metric !== primary.metric || one.features.join() !== primary.feature)
    return false;
  return primary.group === null ? one.group === null : one.group?.[primary.feature] === primary.group;
}

function intervalOrReason(estimate: Estimated | null): string {
  if (estimate === null) return 'not measured';
  return interval(estimate, signed) || (estimate.reason ?? '');
}

/** Every metric over all rows, run by run. */
export function overallTable(audit: Audit): Markup {
  const ids = Object.keys(audit.models[0]?.overall.metrics ?? {});
  return table({
    caption: 'Overall',
    aside: `${whole(audit.models[0]?.overall.n ?? 0)} rows of ${whole(audit.models[0]?.overall.subjects ?? 0)} subjects`,
    columns: [
      { title: 'Metric' },
      ...audit.models.flatMap((model) => [{ title: model.name, numeric: true }, { title: '95% interval' }]),
    ],
    rows: ids.map((id) => [
      metricTitle(id),
      ...audit.models.flatMap((model) => {
        const estimate = model.overall.metrics[id];
        return [
          decimal(estimate?.value ?? null),
          estimate ? interval(estimate) || (estimate.reason ?? '') : '',
        ];
      }),
    ]),
  });
}

/** For every combination of features and every metric, a table of groups with marks on a common axis. */
export function groupTables(audit: Audit): Markup {
  const ids = Object.keys(audit.models[0]?.overall.metrics ?? {});
  return markup`${groupingsOf(audit).map(
    (features) =>
      markup`<h3>By ${features.join(' × ')}</h3>${ids.map((id) => groupTable(audit, features, id))}`,
  )}`;
}

function groupTable(audit: Audit, features: readonly string[], metric: string): Markup {
  const byModel = audit.models.map((model) => model.groups.filter((group) => isOf(group.group, features)));
  const axis = axisOf(
    byModel.flatMap((groups) => groups.flatMap((group) => supported(group.metrics[metric]))),
    false,
  );
  const compared = audit.models.length === 2 ? runKey(audit.models[1] ?? audit.models[0] ?? missing()) : null;
  const differences = (byModel[0] ?? []).map((group) =>
    compared === null ? null : metricDifference(audit, compared, metric, group.group),
  );
  const apart = axisOf(
    differences.flatMap((one) => (one?.low == null ? [] : [one])),
    true,
  );
  const rows = (byModel[0] ?? []).map((group, at): readonly Piece[] => [
    groupTitle(group.group),
    whole(group.n),
    ...byModel.flatMap((groups, model) => valueCells(groups[at], metric, axis, colourOf(model))),
    ...(compared === null ? [] : differenceCells(differences[at] ?? null, apart)),
  ]);
  return table({
    caption: metricTitle(metric),
    aside: `by ${features.join(' × ')}; axis ${decimal(axis.low)} to ${decimal(axis.high)}${compared === null ? '' : `, difference ${signed(apart.low)} to ${signed(apart.high)}`}`,
    columns: [
      { title: features.join(' × ') },
      { title: 'n', numeric: true },
      ...audit.models.flatMap((model) => [{ title: model.name }, { title: 'value, 95% interval' }]),
      ...(compared === null ? [] : [{ title: 'Difference' }, { title: 'value, 95% interval' }]),
    ],
    rows,
  });
}

function missing(): never {
  throw new Error('An audit has at least one model.');
}

function supported(estimate: Estimated | undefined): readonly Estimated[] {
  return estimate !== undefined && estimate.low !== null ? [estimate] : [];
}

function valueCells(
  group: AuditGroup | undefined,
  metric: string,
  axis: Axis,
  colour: string,
): readonly Piece[] {
  const estimate = group?.metrics[metric];
  if (!estimate) return ['', ''];
  const mark = estimate.low === null ? '' : intervalMark(estimate, axis, colour);
  return [mark, valueWords(estimate, decimal)];
}

function differenceCells(difference: Estimated | null, axis: Axis): readonly Piece[] {
  if (difference === null) return ['', ''];
  const { low, high } = difference;
  const excludes = low !== null && high !== null && (low > 0 || high < 0);
  const mark = low === null ? '' : intervalMark(difference, axis, excludes ? 'ink' : 'pale');
  return [mark, valueWords(difference, signed)];
}

function valueWords(estimate: Estimated, format: (value: number | null) => string): Markup {
  const rest = interval(estimate, format) || (estimate.reason ?? '');
  return markup`${format(estimate.value)} <span class="${estimate.low === null ? 'muted' : 'muted whole'}">${rest}</span>`;
}

/** Disparities between groups and to overall, beside what shuffled groups give. */
export function disparityTables(audit: Audit): Markup {
  const blocks = audit.models.flatMap((model) =>
    groupingsOf(audit).map((features) => {
      const chosen = model.disparities.filter(
        (one) => isSpread(one) && one.features.join('\u0000') === features.join('\u0000'),
      );
      const axis = {
        low: 0,
        high: Math.max(...chosen.flatMap((one) => [one.value ?? 0, one.nullRange?.[1] ?? 0]), 0.1),
      };
      return table({
        caption: `Disparities by ${features.join(' × ')}, ${model.name}`,
        aside: `grey: 95% range under shuffled groups; axis 0 to ${decimal(axis.high)}`,
        columns: [
          { title: 'Disparity' }, { title: 'Kind' }, { title: 'Value', numeric: true }, { title: 'Chart' },
          { title: 'Shuffled groups' }, { title: 'p', numeric: true }, { title: 'Highest' }, { title: 'Lowest' },
        ], // prettier-ignore
        rows: chosen.map((one) => [
          disparityTitle(one.id),
          `${one.kind}, ${one.relativeTo === 'overall' ? 'to overall' : 'between groups'}`,
          decimal(one.value),
          one.value === null ? (one.reason ?? '') : nullMark(one.value, one.nullRange ?? null, axis),
          one.nullRange == null ? '' : `${decimal(one.nullRange[0])} to ${decimal(one.nullRange[1])}`,
          pValue(one.p),
          one.max === null ? '' : groupTitle(one.max),
          one.min === null ? '' : groupTitle(one.min),
        ]),
      });
    }),
  );
  return markup`${blocks}${contrastTables(audit)}`;
}

function contrastTables(audit: Audit): readonly Markup[] {
  return audit.models.flatMap((model) =>
    groupingsOf(audit).map((features) => {
      const chosen = model.disparities.filter(
        (one) =>
          !isSpread(one) &&
          one.kind === 'difference' &&
          one.features.join('\u0000') === features.join('\u0000'),
      );
      const axis = axisOf(chosen.flatMap(supported), true);
      return table({
        caption: `Groups against ${groupTitle(chosen[0]?.reference)}, ${model.name}`,
        aside: `by ${features.join(' × ')}; axis ${signed(axis.low)} to ${signed(axis.high)}; ratios are in the JSON and CSV reports`,
        columns: [
          { title: 'Group' },
          { title: 'Metric' },
          { title: 'Chart' },
          { title: 'Difference, 95% interval' },
          { title: 'p', numeric: true },
        ],
        rows: chosen.map((one) => [
          groupTitle(one.group),
          metricTitle(one.metric),
          one.low === null
            ? ''
            : intervalMark(one, axis, one.low > 0 || (one.high ?? 0) < 0 ? 'ink' : 'pale'),
          valueWords(one, signed),
          pValue(one.p),
        ]),
      });
    }),
  );
}

/** Differences between runs in overall metrics and in disparities. */
export function differenceTables(audit: Audit): Markup {
  const overall = audit.differences.filter((one) => one.disparity === null && one.group === null);
  const spreads = audit.differences.filter((one) => one.disparity !== null && one.group === null);
  const contrasts = audit.differences.filter((one) => one.disparity !== null && one.group !== null);
  return markup`${differenceTable('Overall metrics', audit, overall)}${differenceTable('Differences between groups (contrasts with the reference)', audit, contrasts)}${spreadTable(audit, spreads)}`;
}

function differenceTable(caption: string, audit: Audit, differences: Audit['differences']): Markup {
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
      { title: 'p', numeric: true },
    ],
    rows: differences.map((one) => [
      `${runName(audit, one.run)} − ${runName(audit, one.baseline)}`,
      one.disparity === null ? metricTitle(one.metric ?? '') : disparityTitle(one.disparity),
      one.features.length === 0
        ? 'everybody'
        : one.group === null
          ? `by ${one.features.join(' × ')}`
          : groupTitle(one.group),
      one.low === null ? '' : intervalMark(one, axis, one.low > 0 || (one.high ?? 0) < 0 ? 'ink' : 'pale'),
      valueWords(one, signed),
      pValue(one.p),
    ]),
  });
}

function spreadTable(audit: Audit, differences: Audit['differences']): Markup {
  return table({
    caption: 'Largest differences between groups',
    aside: 'run minus baseline; they carry no interval (see the rules), p is from swapping the runs',
    columns: [
      { title: 'Run minus baseline' }, { title: 'Of' }, { title: 'Groups' },
      { title: 'Value', numeric: true }, { title: 'p', numeric: true },
    ], // prettier-ignore
    rows: differences.map((one) => [
      `${runName(audit, one.run)} − ${runName(audit, one.baseline)}`,
      disparityTitle(one.disparity ?? ''),
      `by ${one.features.join(' × ')}`,
      signed(one.value),
      pValue(one.p),
    ]),
  });
}
