import { INSUFFICIENT } from '../../fairness/support.ts';
import type { ReportInput } from '../formats/format.ts';
import { selectionWords } from '../selection.ts';
import { compute, data, identity, intendedUse, lineage, reproducibility } from './background.ts';
import { differenceTables } from './differenceTables.ts';
import { disparityTables } from './disparityTables.ts';
import { fold } from './fold.ts';
import { groupTables, overallTable } from './groupTables.ts';
import { markup, Markup } from './markup.ts';
import { otherTables } from './otherDisparities.ts';
import { STYLES } from './styles.ts';
import { declaredWords, inShort } from './summary.ts';
import { table } from './table.ts';
import { groupingsOf, groupTitle, looksWords, metricTitle, placeWords, primaryWords } from './words.ts';

/** No script, no connection, nothing from outside: a page that cannot do more than show itself. */
const POLICY = new Markup(
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
);

const STYLE_SHEET = new Markup(STYLES);

/** The whole report as one HTML page. */
export function page(input: ReportInput): Markup {
  const { audit } = input;
  const models = audit.models.map((model) => model.name).join(', ');
  const parts = sections(input);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${audit.name} · audit report</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
<header><h1>${audit.name}</h1>
<p class="muted">Audit of ${models} on ${placeWords(audit)}. Evidence, not a verdict.</p>${selectionWords(audit.selectedOnAuditData ?? []).map((words) => markup`<p class="answer">${words}</p>`)}</header>
<main>
<section aria-labelledby="short"><h2 id="short">In short</h2>
${inShort(audit)}</section>
${parts.map(sectionOf)}</main>
<footer><p>${audit.id} · ${audit.created} · Pretext ${input.version}</p></footer>
</body>
</html>
`;
}

/** One numbered section: its content, or what was not assessed and why. */
type Section =
  | {
      readonly title: string;
      readonly content: Markup;
      readonly aside?: string;
      /** For the section that is open at first: the id of its content. */
      readonly open?: string;
      readonly missing?: undefined;
    }
  | { readonly title: string; readonly missing: string };

function sectionOf(section: Section, at: number): Markup {
  const title = `${at + 1} ${section.title}`;
  if (section.missing !== undefined)
    return markup`<section class="missing"><h2>${title}</h2> <p class="muted">Not assessed: ${section.missing}</p></section>
`;
  const { content, aside, open } = section;
  return fold({
    title,
    level: 2,
    content,
    ...(aside === undefined ? {} : { aside }),
    ...(open === undefined ? {} : { open: true, id: open }),
  });
}

/** The sections of a report in their fixed order; what has no evidence says so. */
function sections(input: ReportInput): readonly Section[] {
  const { audit, dataset, runs } = input;
  const groupings = groupingsOf(audit).map((features) => features.join(' × '));
  return [
    { title: 'Identity', content: identity(input) },
    dataset === null
      ? {
          title: 'Intended use',
          missing: 'the predictions were made elsewhere and no data card came with them.',
        }
      : { title: 'Intended use', content: intendedUse(dataset) },
    { title: 'Stakeholders', missing: 'who is affected and how was not recorded.' },
    { title: 'Data', aside: 'source, consent, group sizes', content: data(input) },
    runs.length === 0
      ? {
          title: 'Model and its pretraining',
          missing: 'the predictions were made elsewhere; how is not recorded here.',
        }
      : {
          title: 'Model and its pretraining',
          aside: 'methods, views, configs, learning curves',
          content: lineage(input),
        },
    { title: 'Declared metrics', content: declared(input) },
    { title: 'Rules of the statistics', content: list(audit.rules) },
    { title: 'Overall performance', content: overallTable(audit) },
    {
      title: 'Groups and intersections',
      aside: groupings.join(', '),
      content: markup`${groupTables(audit)}${disparityTables(audit)}${otherTables(audit).map(
        ({ title, aside, columns, rows }) =>
          fold({ title, level: 3, content: table({ caption: title, aside, columns, rows }) }),
      )}`,
    },
    calibration(input),
    { title: 'Representations', missing: 'representations were not compared between groups.' },
    { title: 'Sensitivity to views', missing: 'the effect of single views on groups was not measured.' },
    audit.models.length < 2
      ? { title: 'Runs against each other', missing: 'only one model was audited.' }
      : {
          title: 'Runs against each other',
          aside: 'paired differences',
          content: differenceTables(audit),
        },
    { title: 'Mitigations', missing: 'whether mitigations were tried was not recorded.' },
    { title: 'Explanations', missing: 'no explanation method was applied.' },
    {
      title: 'Privacy',
      missing: 'no attack was tried and no privacy bound was computed. Consent is stated under Data.',
    },
    { title: 'Limitations and insufficient evidence', open: 'limits', content: limitations(input) },
    { title: 'Residual risk and oversight', missing: 'how the model is used and watched was not recorded.' },
    {
      title: 'Rules and standards',
      missing: 'the evidence was not matched with regulations or standards.',
    },
    {
      title: 'Cost and reproducibility',
      aside: 'samples seen, FLOPs, versions, digests',
      content: markup`${compute(input)}${reproducibility(input)}`,
    },
  ];
}

function declared({ audit }: ReportInput): Markup {
  const looks = looksWords(audit);
  return markup`<p>Primary metric: <strong>${primaryWords(audit)}</strong>${audit.primary !== null && `. ${declaredWords(audit)}`}</p><p>Also measured: ${audit.options.metrics.map(metricTitle).join(', ')}.</p>${looks !== null && markup`<p>${looks}</p>`}`;
}

function calibration({ audit }: ReportInput): Section {
  const measured = ['expectedCalibrationError', 'brier'].filter(
    (id) => audit.models[0]?.overall.metrics[id] !== undefined,
  );
  return measured.length === 0
    ? { title: 'Calibration', missing: 'no calibration metric was chosen.' }
    : {
        title: 'Calibration',
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
