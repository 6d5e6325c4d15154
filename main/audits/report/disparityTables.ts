import type { Audit, AuditedModel } from '../../../preload/contract/vocabulary.ts';
import { differenceMark, supported, valueWords } from './estimateCells.ts';
import { fold } from './fold.ts';
import { axisOf, nullMark } from './intervalMark.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';
import { decimal, P_TITLE, signed, testWords } from './numbers.ts';
import { table } from './table.ts';
import { disparityTitle, groupingsOf, groupTitle, isSpread, metricTitle, sameFeatures } from './words.ts';

/** For every model: disparities between groups and to overall beside what shuffled groups give, and every group against the reference. */
export function disparityTables(audit: Audit): Markup {
  return markup`${audit.models.map((model) =>
    fold({
      title: `Disparities of ${model.name}`,
      aside: 'between groups, to overall, and to the reference group',
      level: 3,
      content: groupingsOf(audit).map((features) => [
        spreadTable(model, features),
        contrastTable(model, features),
      ]),
    }),
  )}`;
}

function spreadTable({ name, disparities }: AuditedModel, features: readonly string[]): Markup {
  const chosen = disparities.filter((one) => isSpread(one) && sameFeatures(one.features, features));
  const axis = {
    low: 0,
    high: Math.max(...chosen.flatMap((one) => [one.value ?? 0, one.nullRange?.[1] ?? 0]), 0.1),
  };
  return table({
    caption: `Disparities by ${features.join(' × ')}, ${name}`,
    aside: `grey: 95% range under shuffled groups; axis 0 to ${decimal(axis.high)}`,
    columns: [
      { title: 'Disparity' }, { title: 'Kind' }, { title: 'Value', numeric: true }, { title: 'Chart' },
      { title: 'Shuffled groups' }, { title: P_TITLE, numeric: true }, { title: 'Detectable', numeric: true }, { title: 'Highest' }, { title: 'Lowest' },
    ], // prettier-ignore
    rows: chosen.map((one) => [
      disparityTitle(one.id),
      `${one.kind}, ${one.relativeTo === 'overall' ? 'to overall' : 'between groups'}`,
      decimal(one.value),
      one.value === null ? (one.reason ?? '') : nullMark(one.value, one.nullRange ?? null, axis),
      one.nullRange == null ? '' : `${decimal(one.nullRange[0])} to ${decimal(one.nullRange[1])}`,
      testWords(one),
      one.detectable == null ? '' : decimal(one.detectable),
      one.max === null ? '' : groupTitle(one.max),
      one.min === null ? '' : groupTitle(one.min),
    ]),
  });
}

function contrastTable({ name, disparities }: AuditedModel, features: readonly string[]): Markup {
  const chosen = disparities.filter(
    (one) => !isSpread(one) && one.kind === 'difference' && sameFeatures(one.features, features),
  );
  const axis = axisOf(chosen.flatMap(supported), true);
  return table({
    caption: `Groups against ${groupTitle(chosen[0]?.reference)}, ${name}`,
    aside: `by ${features.join(' × ')}; axis ${signed(axis.low)} to ${signed(axis.high)}; ratios are in the JSON and CSV reports`,
    columns: [
      { title: 'Group' },
      { title: 'Metric' },
      { title: 'Chart' },
      { title: 'Difference, 95% interval' },
      { title: 'Simultaneous 95% interval' },
      { title: P_TITLE, numeric: true },
    ],
    rows: chosen.map((one) => [
      groupTitle(one.group),
      one.id.startsWith('equalizedOdds') ? disparityTitle(one.id) : metricTitle(one.metric),
      differenceMark(one, axis),
      valueWords(one, signed),
      one.simultaneous == null ? '' : `${signed(one.simultaneous[0])} to ${signed(one.simultaneous[1])}`,
      testWords(one),
    ]),
  });
}
