import { INSUFFICIENT } from '../../fairness/support.ts';
import type { ReportInput } from '../formats/format.ts';
import { compute, data, identity, intendedUse, lineage, reproducibility } from './background.ts';
import { markup, Markup } from './markup.ts';
import { differenceTables, disparityTables, groupTables, inShort, overallTable } from './results.ts';
import { STYLES } from './styles.ts';
import { notAssessed, table } from './table.ts';
import { groupTitle, metricTitle, primaryWords } from './words.ts';

/** No script, no connection, nothing from outside: a page that cannot do more than show itself. */
const POLICY = new Markup(
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
);

const STYLE_SHEET = new Markup(STYLES);

/** The whole report as one HTML page. */
export function page(input: ReportInput): Markup {
  const { audit } = input;
  const parts = sections(input).map(
    ([title, content], at) => markup`<section aria-labelledby="s${at}">
<h2 id="s${at}">${at === 0 ? title : `${at} ${title}`}</h2>
${content}</section>
`,
  );
  const models = audit.models.map((model) => model.name).join(', ');
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
<p class="muted">Audit of ${models} on ${audit.datasetName}, ${audit.options.split} split. Evidence, not a verdict.</p></header>
<main>
${parts}</main>
<footer><p>${audit.id} · ${audit.created} · Pretext ${input.version}</p></footer>
</body>
</html>
`;
}

/** The sections of a report in their fixed order; what has no evidence says so. */
function sections(input: ReportInput): readonly (readonly [string, Markup])[] {
  const { audit } = input;
  return [
    ['In short', inShort(audit)],
    ['Identity', identity(input)],
    ['Intended use', intendedUse(input)],
    ['Stakeholders', notAssessed('who is affected and how was not recorded.')],
    ['Data', data(input)],
    ['Model and its pretraining', lineage(input)],
    ['Declared metrics', declared(input)],
    ['Rules of the statistics', list(audit.rules)],
    ['Overall performance', overallTable(audit)],
    ['Groups and intersections', markup`${groupTables(audit)}${disparityTables(audit)}`],
    ['Calibration', calibration(input)],
    ['Representations', notAssessed('representations were not compared between groups.')],
    ['Sensitivity to views', notAssessed('the effect of single views on groups was not measured.')],
    ['Runs against each other', runsCompared(input)],
    ['Mitigations', notAssessed('whether mitigations were tried was not recorded.')],
    ['Explanations', notAssessed('no explanation method was applied.')],
    [
      'Privacy',
      notAssessed('no attack was tried and no privacy bound was computed. Consent is stated under Data.'),
    ],
    ['Limitations and insufficient evidence', limitations(input)],
    ['Residual risk and oversight', notAssessed('how the model is used and watched was not recorded.')],
    ['Rules and standards', notAssessed('the evidence was not matched with regulations or standards.')],
    ['Cost and reproducibility', markup`${compute(input)}${reproducibility(input)}`],
  ];
}

function declared({ audit }: ReportInput): Markup {
  const when =
    audit.primaryDeclared === null
      ? 'It was not declared before the first look.'
      : `Declared ${audit.primaryDeclared}, before the first look.`;
  return markup`<p>Primary metric: <strong>${primaryWords(audit)}</strong>${audit.primary !== null && ` ${when}`}</p><p>Also measured: ${audit.options.metrics.map(metricTitle).join(', ')}.</p><p>The ${audit.options.split} split had been looked at ${audit.looks} ${audit.looks === 1 ? 'time' : 'times'}, this audit included.</p>`;
}

function calibration({ audit }: ReportInput): Markup {
  const measured = ['expectedCalibrationError', 'brier'].filter(
    (id) => audit.models[0]?.overall.metrics[id] !== undefined,
  );
  return measured.length === 0
    ? notAssessed('no calibration metric was chosen.')
    : markup`<p>${measured.map(metricTitle).join(' and ')} stand among the metrics of section 9.</p>`;
}

function runsCompared({ audit }: ReportInput): Markup {
  return audit.models.length < 2 ? notAssessed('only one model was audited.') : differenceTables(audit);
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
      : table({
          caption: `Without an interval: ${INSUFFICIENT} or undefined`,
          aside: audit.models[0]?.name ?? '',
          columns: [{ title: 'Group' }, { title: 'Metric' }, { title: 'Why' }],
          rows: lacking,
        })
  }`;
}

function list(items: readonly string[]): Markup {
  return items.length === 0
    ? markup`<p>None.</p>`
    : markup`<ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}
