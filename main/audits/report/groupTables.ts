import type { Audit, AuditGroup, Estimated } from '../../../preload/contract/vocabulary.ts';
import { differenceMark, supported, valueWords } from './estimateCells.ts';
import { fold } from './fold.ts';
import { axisOf, intervalMark } from './intervalMark.ts';
import type { Axis } from './intervalMark.ts';
import { markup } from './markup.ts';
import type { Markup, Piece } from './markup.ts';
import { besideWords, decimal, interval, signed, whole } from './numbers.ts';
import { comparedModel } from './sideBySideTables.ts';
import { table } from './table.ts';
import {
  colourOf,
  groupingsOf,
  groupTitle,
  higherIsBetter,
  isOf,
  metricDifference,
  metricTitle,
  runKey,
} from './words.ts';

/** Tables of more groups than this begin with the worst. */
const MANY = 12;
/** More models than this do not fit beside each other. */
const BESIDE = 2;

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
        return [decimal(estimate?.value ?? null), estimate ? besides(estimate) : ''];
      }),
    ]),
  });
}

/** For every combination of features and every metric, a table of groups with marks on a common axis. */
export function groupTables(audit: Audit): Markup {
  const ids = Object.keys(audit.models[0]?.overall.metrics ?? {});
  return markup`${groupingsOf(audit).map((features) =>
    fold({
      title: `By ${features.join(' × ')}`,
      aside: ids.map(metricTitle).join(', '),
      level: 3,
      content: ids.map((id) => groupTable(audit, features, id)),
    }),
  )}`;
}

/** One metric by group: a few models beside each other, more below each other. */
export function groupTable(audit: Audit, features: readonly string[], metric: string): Markup {
  return audit.models.length > BESIDE
    ? stackedTable(audit, features, metric)
    : besideTable(audit, features, metric);
}

function stackedTable(audit: Audit, features: readonly string[], metric: string): Markup {
  const byModel = audit.models.map((model) => model.groups.filter((group) => isOf(group.group, features)));
  const axis = axisOf(
    byModel.flatMap((groups) => groups.flatMap((group) => supported(group.metrics[metric]))),
    false,
  );
  const rows = worstFirst(byModel[0] ?? [], metric).flatMap(({ group, at }) =>
    audit.models.map((model, index): readonly Piece[] => [
      groupTitle(group.group),
      model.name,
      whole(group.n),
      ...valueCells(byModel[index]?.[at], metric, axis, colourOf(index)),
    ]),
  );
  return table({
    caption: metricTitle(metric),
    aside: `by ${features.join(' × ')}${orderWords(byModel[0] ?? [], metric)}; axis ${decimal(axis.low)} to ${decimal(axis.high)}`,
    columns: [
      { title: features.join(' × ') },
      { title: 'Run' },
      { title: 'n', numeric: true },
      { title: 'Chart' },
      { title: 'value, 95% interval' },
    ],
    rows,
    together: audit.models.length,
  });
}

function besideTable(audit: Audit, features: readonly string[], metric: string): Markup {
  const byModel = audit.models.map((model) => model.groups.filter((group) => isOf(group.group, features)));
  const axis = axisOf(
    byModel.flatMap((groups) => groups.flatMap((group) => supported(group.metrics[metric]))),
    false,
  );
  const other = comparedModel(audit);
  const compared = other === null ? null : runKey(other);
  const differences = (byModel[0] ?? []).map((group) =>
    compared === null ? null : metricDifference(audit, compared, metric, group.group),
  );
  const apart = axisOf(
    differences.flatMap((one) => (one?.low == null ? [] : [one])),
    true,
  );
  const rows = worstFirst(byModel[0] ?? [], metric).map(({ group, at }): readonly Piece[] => [
    groupTitle(group.group),
    whole(group.n),
    ...byModel.flatMap((groups, model) => valueCells(groups[at], metric, axis, colourOf(model))),
    ...(compared === null ? [] : differenceCells(differences[at] ?? null, apart)),
  ]);
  return table({
    caption: metricTitle(metric),
    aside: `by ${features.join(' × ')}${orderWords(byModel[0] ?? [], metric)}; axis ${decimal(axis.low)} to ${decimal(axis.high)}${compared === null ? '' : `, difference ${signed(apart.low)} to ${signed(apart.high)}`}`,
    columns: [
      { title: features.join(' × ') },
      { title: 'n', numeric: true },
      ...audit.models.flatMap((model) => [{ title: model.name }, { title: 'value, 95% interval' }]),
      ...(compared === null ? [] : [{ title: 'Difference' }, { title: 'value, 95% interval' }]),
    ],
    rows,
  });
}

/** Groups of a long table with the worst of the first run on top, those without a value last; short tables keep their order. */
function worstFirst(
  groups: readonly AuditGroup[],
  metric: string,
): readonly { readonly group: AuditGroup; readonly at: number }[] {
  const rows = groups.map((group, at) => ({ group, at, value: group.metrics[metric]?.value ?? null }));
  const better = higherIsBetter(metric);
  if (groups.length <= MANY || better === null) return rows;
  const sign = better ? 1 : -1;
  return rows.toSorted((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return sign * (a.value - b.value);
  });
}

function orderWords(groups: readonly AuditGroup[], metric: string): string {
  return groups.length > MANY && higherIsBetter(metric) !== null ? ', worst first' : '';
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
  return [differenceMark(difference, axis), valueWords(difference, signed)];
}

function besides(estimate: Estimated): string {
  const words = interval(estimate) || (estimate.reason ?? '');
  return [words, besideWords(estimate)].filter((part) => part !== '').join('; ');
}
