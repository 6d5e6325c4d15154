import { INSUFFICIENT } from '../../fairness/support.ts';
import type { ReportInput } from '../formats/format.ts';
import { compute, data, identity, intendedUse, lineage, reproducibility } from './background.ts';
import { crossWalk } from './crossWalk.ts';
import { differenceTables } from './differenceTables.ts';
import { disparityTables } from './disparityTables.ts';
import { fold } from './fold.ts';
import { groupTables, overallTable } from './groupTables.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';
import { otherTables } from './otherDisparities.ts';
import { representationSection } from './representationSection.ts';
import { SECTIONS } from './sections.ts';
import type { SectionId } from './sections.ts';
import { sideBySideTables } from './sideBySideTables.ts';
import { declaredWords } from './summary.ts';
import { table } from './table.ts';
import { groupingsOf, groupTitle, looksWords, metricTitle, primaryWords } from './words.ts';

/** One numbered section of a report. */
export interface Section {
  readonly id: SectionId;
  /** Evidence and notes; null for none. */
  readonly content: Markup | null;
  /** Why nothing was assessed; null where something was. Notes of people may stand beside it. */
  readonly missing: string | null;
  readonly aside: string | null;
  /** For the section that is open at first: the id of its content. */
  readonly open: string | null;
}

/** Evidence of a section, or why there is none. */
type Evidence =
  | {
      readonly content: Markup;
      readonly aside?: string;
      readonly open?: string;
      readonly missing?: undefined;
    }
  | { readonly missing: string };

/** All sections in their fixed order; what has no evidence says so, and what people wrote stands in its section. */
export function reportSections(input: ReportInput): readonly Section[] {
  const { notes = {} } = input;
  const evidence = evidenceOf(input);
  const missing = new Set(SECTIONS.flatMap(([id]) => (evidence[id].missing === undefined ? [] : [id])));
  return SECTIONS.map(([id]) => {
    const found = id === 'crossWalk' ? { content: crossWalk(missing) } : evidence[id];
    const written = notes[id] === undefined ? null : notesOf(notes[id]);
    if (found.missing !== undefined)
      return { id, content: written, missing: found.missing, aside: null, open: null };
    const { content, aside = null, open = null } = found as Exclude<Evidence, { missing: string }>;
    return { id, content: markup`${content}${written}`, missing: null, aside, open };
  });
}

/** What people wrote: paragraphs between empty lines. */
function notesOf(text: string): Markup {
  const paragraphs = text.split(/\n\s*\n/).map((part) => markup`<p>${part.trim()}</p>`);
  return markup`<div class="note"><h3>Notes of people</h3>${paragraphs}</div>`;
}

function evidenceOf(input: ReportInput): Readonly<Record<SectionId, Evidence>> {
  const { audit, dataset, runs } = input;
  const groupings = groupingsOf(audit).map((features) => features.join(' × '));
  return {
    identity: { content: identity(input) },
    intendedUse:
      dataset === null
        ? { missing: 'the predictions were made elsewhere and no data card came with them.' }
        : { content: intendedUse(dataset) },
    stakeholders: { missing: 'who is affected and how was not recorded.' },
    data: { aside: 'source, consent, group sizes', content: data(input) },
    model:
      runs.length === 0
        ? { missing: 'the predictions were made elsewhere; how is not recorded here.' }
        : { aside: 'methods, views, configs, learning curves', content: lineage(input) },
    declaredMetrics: { content: declared(input) },
    rules: { content: list(audit.rules) },
    overall: { content: overallTable(audit) },
    groups: {
      aside: groupings.join(', '),
      content: markup`${groupTables(audit)}${disparityTables(audit)}${otherTables(audit).map(
        ({ title, aside, columns, rows }) =>
          fold({ title, level: 3, content: table({ caption: title, aside, columns, rows }) }),
      )}`,
    },
    calibration: calibration(input),
    representations:
      input.representations == null
        ? { missing: 'representations were not compared between groups.' }
        : { aside: 'distances, neighbours, leakage', content: representationSection(input.representations) },
    views: { missing: 'the effect of single views on groups was not measured.' },
    comparison:
      audit.models.length < 2
        ? { missing: 'only one model was audited.' }
        : {
            aside: 'paired differences of these trained models',
            content: markup`${differenceTables(audit)}${sideBySideTables(audit)}`,
          },
    mitigations: mitigations(input),
    explanations: { missing: 'no explanation method was applied.' },
    privacy: {
      missing: 'no attack was tried and no privacy bound was computed. Consent is stated under Data.',
    },
    limitations: { open: 'limits', content: limitations(input) },
    oversight: { missing: 'how the model is used and watched was not recorded.' },
    // Filled in when it is known which sections have evidence.
    crossWalk: { content: markup`` },
    reproducibility: {
      aside: 'samples seen, FLOPs, versions, digests',
      content: markup`${compute(input)}${reproducibility(input)}`,
    },
  };
}

/** Thresholds by group are the one mitigation that an audit itself applies. */
function mitigations({ audit }: ReportInput): Evidence {
  const { groupThresholds, threshold } = audit.options;
  if (groupThresholds == null) return { missing: 'whether mitigations were tried was not recorded.' };
  const { feature, values } = groupThresholds;
  return {
    content: markup`<p>Groups of ${feature} have thresholds of their own; all other rows ${String(threshold)}. What this costs other groups is in the tables of section 9.</p>${table(
      {
        caption: `Thresholds by ${feature}`,
        columns: [{ title: feature }, { title: 'Threshold', numeric: true }],
        rows: Object.entries(values).map(([group, value]) => [group, String(value)]),
      },
    )}`,
  };
}

function declared({ audit }: ReportInput): Markup {
  const looks = looksWords(audit);
  return markup`<p>Primary metric: <strong>${primaryWords(audit)}</strong>${audit.primary !== null && `. ${declaredWords(audit)}`}</p><p>Also measured: ${audit.options.metrics.map(metricTitle).join(', ')}.</p>${looks !== null && markup`<p>${looks}</p>`}`;
}

function calibration({ audit }: ReportInput): Evidence {
  const measured = ['expectedCalibrationError', 'brier'].filter(
    (id) => audit.models[0]?.overall.metrics[id] !== undefined,
  );
  return measured.length === 0
    ? { missing: 'no calibration metric was chosen.' }
    : {
        content: markup`<p>${measured.map(metricTitle).join(' and ')} stand among the metrics of section 9.</p>`,
      };
}

function limitations({ audit }: ReportInput): Markup {
  const lacking = (audit.models[0]?.groups ?? []).flatMap((group) =>
    Object.entries(group.metrics).flatMap(([metric, estimate]) =>
      estimate.low === null
        ? [[groupTitle(group.group), metricTitle(metric), estimate.reason ?? ''] as const]
        : [],
    ),
  );
  return markup`${list(audit.notes)}${
    lacking.length === 0
      ? markup`<p>Every metric of every group has an interval.</p>`
      : fold({
          title: `Without an interval: ${INSUFFICIENT} or undefined`,
          aside: `${lacking.length} values of ${audit.models[0]?.name ?? ''}`,
          level: 3,
          content: table({
            caption: 'Why there is no interval',
            columns: [{ title: 'Group' }, { title: 'Metric' }, { title: 'Why' }],
            rows: lacking,
          }),
        })
  }`;
}

function list(items: readonly string[]): Markup {
  return items.length === 0
    ? markup`<p>None.</p>`
    : markup`<ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}
